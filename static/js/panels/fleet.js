// @ts-check
// What the page knows of the servers: it reads the fleet panel, which the dashboard renders and keeps true.

/** @import { ServerFacts } from "../model/types.js" */

import { findAll, html } from "../lib/dom.js";

const UP = new Set(["running", "starting"]);

/**
 * Why a server is in the table, in one sentence; empty as long as a lesson keeps quiet about it.
 * @param {string} name
 */
function caption(name) {
  const captions = findAll(document, "#captions [data-caption]");
  return captions.find(({ dataset }) => dataset.caption === name)?.textContent ?? "";
}

/** The panel may be replaced at any time, so nothing is kept of it. */
export class Fleet {
  #servers() {
    const all = findAll(document, "#fleet [data-server]");
    return all.filter(({ dataset }) => dataset.interface === "wsgi" || dataset.interface === "asgi");
  }

  /**
   * What the panel says of a server; empty when there is none of that name.
   * @param {string} name
   * @returns {ServerFacts}
   */
  facts(name) {
    const data = this.#servers().find(({ dataset }) => dataset.server === name)?.dataset;
    return /** @type {ServerFacts} */ ({ ...data, why: caption(name) });
  }

  /**
   * Whether the panel has a server, or a proxy, of that name.
   * @param {string} name
   */
  has(name) {
    return findAll(document, "#fleet [data-server]").some(({ dataset }) => dataset.server === name);
  }

  /**
   * What nginx is told of a way; empty where the page does not know.
   * @param {string} name
   */
  way(name) {
    const options = /** @type {HTMLOptionElement[]} */ (findAll(document, "[name=via] option"));
    return options.find(({ value }) => value === name)?.dataset.configuration ?? "";
  }

  /** Whether the dashboard has no servers of its own: it shows what others send. */
  get isEmpty() {
    return this.#servers().length === 0;
  }

  get up() {
    return this.#servers().filter(({ dataset }) => UP.has(dataset.state ?? "")).length;
  }

  /** Say how many servers are up, where the page does. One that waits for its first order is neither. */
  showCount() {
    const element = document.getElementById("servers-up");
    const servers = this.#servers().filter(({ dataset }) => !("onDemand" in dataset && dataset.state === "stopped"));
    const up = servers.filter(({ dataset }) => dataset.state === "running").length;
    element?.replaceChildren(`${up} of ${servers.length} `, html("span", {}, "servers "), "up");
  }
}
