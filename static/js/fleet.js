// What the page knows of the servers: it reads the fleet panel, which the dashboard renders and keeps true.

import { write } from "./dom.js";

const UP = new Set(["running", "starting"]);

/** The panel may be replaced at any time, so nothing is kept of it. */
export class Fleet {
  #panel() {
    return [...document.querySelectorAll("#fleet [data-server]")].filter((one) => one.dataset.interface !== "proxy");
  }

  /** {state, reason, why, command, url, title} of a server; empty when there is none of that name. */
  facts(name) {
    return this.#panel().find((one) => one.dataset.server === name)?.dataset ?? {};
  }

  get up() {
    return this.#panel().filter((one) => UP.has(one.dataset.state)).length;
  }

  showCount(element) {
    // A server that waits until it is needed is not down.
    const servers = this.#panel().filter(({ dataset }) => dataset.onDemand === undefined || dataset.state !== "stopped");
    write(element, `${servers.filter((one) => one.dataset.state === "running").length} of ${servers.length} servers up`);
  }
}
