// What the page knows of the servers: it reads the fleet panel, which the dashboard renders and keeps true.

import { html } from "../lib/dom.js";

const UP = new Set(["running", "starting"]);

/** The panel may be replaced at any time, so nothing is kept of it. */
export class Fleet {
  #panel() {
    return [...document.querySelectorAll("#fleet [data-server]")].filter((one) =>
      ["wsgi", "asgi"].includes(one.dataset.interface),
    );
  }

  /** {state, reason, why, command, url, title} of a server; empty when there is none of that name. */
  facts(name) {
    return this.#panel().find((one) => one.dataset.server === name)?.dataset ?? {};
  }

  /** What nginx is told of a way; empty where the page does not know. */
  way(name) {
    return (
      [...document.querySelectorAll("[name=via] option")].find(({ value }) => value === name)?.dataset
        .configuration ?? ""
    );
  }

  get up() {
    return this.#panel().filter((one) => UP.has(one.dataset.state)).length;
  }

  /** One that waits for its first order is neither up nor missed. */
  showCount(element) {
    const servers = this.#panel().filter(({ dataset }) => !("onDemand" in dataset && dataset.state === "stopped"));
    const up = servers.filter((one) => one.dataset.state === "running").length;
    element.replaceChildren(`${up} of ${servers.length} `, html("span", {}, "servers "), "up");
  }
}
