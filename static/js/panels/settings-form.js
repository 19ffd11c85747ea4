// @ts-check
// The checkboxes of the help dialog: each is a setting, whoever changes it.

/** @import { Settings } from "./settings.js" */

import { byId } from "../lib/dom.js";

export class SettingsForm {
  #settings;
  #keys = byId("keys-on", HTMLInputElement);
  #lessMotion = byId("less-motion", HTMLInputElement);
  #ghost = byId("ghost", HTMLInputElement);
  #dark = byId("dark", HTMLInputElement);

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    this.#keys.addEventListener("change", () => settings.change({ keys: this.#keys.checked }));
    this.#lessMotion.addEventListener("change", () => settings.change({ motion: !this.#lessMotion.checked }));
    this.#ghost.addEventListener("change", () => settings.change({ ghost: this.#ghost.checked }));
    this.#dark.addEventListener("change", () => settings.change({ dark: this.#dark.checked }));
    this.#show();
  }

  toggleGhost() {
    this.#settings.change({ ghost: !this.#settings.ghost });
    this.#show();
  }

  toggleMotion() {
    this.#settings.change({ motion: this.#settings.reduced });
    this.#show();
  }

  #show() {
    this.#keys.checked = this.#settings.keys;
    this.#lessMotion.checked = this.#settings.reduced;
    this.#ghost.checked = this.#settings.ghost;
    this.#dark.checked = this.#settings.dark;
  }
}
