// @ts-check
// Every stage of a request, in the order in which a request meets them: the one table, for page and dashboard alike.
// `dashboard/traces/stages.py` reads this very file, so the table is JSON: a module needs no build, is bundled into
// the offline page like any other, and each stage is described once.
//
// To add a stage, add an entry here, a module in `probes` that says its `StageKind` and opens its spans, and its line
// in `probes/django/install.py`. Only what it draws beyond that needs more.
//
// - `name`: what comparisons call it.
// - `kind`: OpenTelemetry's kind of its spans; "internal" when absent.
// - `place`: where the token stands while it is the deepest open stage; one of `Place` in `types.d.ts`; absent for
//   what is outside the application.
// - `meaning`: what it is, in a sentence.
// - `reason`: why a request was slow, after "0.30 s more …"; absent where "in NAME" says it.
// - `steps`: what is said of a step in it by the token's state ("again" when it was there before), with {time}, the
//   {name} of its span and {server}; absent where the words depend on more than that.
//
// The stage "" is that of other instruments.

/** @import { Span, StageEntry } from "./types.js" */

/** @type {Record<string, StageEntry>} */
export const STAGES = {
  "client": {
    "name": "connecting",
    "kind": "client",
    "meaning": "What the client saw, from opening the connection to the last byte.",
    "reason": "connecting"
  },
  "proxy": {
    "name": "nginx",
    "kind": "server",
    "meaning":
      "What nginx measured, in whole milliseconds: from the first byte of the request to the last of the answer.",
    "reason": "in nginx"
  },
  "queue": {
    "name": "waiting at the door",
    "meaning": "Sent, but the application was not called yet.",
    "reason": "waiting at the door, before the application was called"
  },
  "server": {
    "name": "the server's call of the application",
    "kind": "server",
    "place": "worker",
    "meaning": "The server's call of the application, the whole of it.",
    "steps": {
      "running": "{server} called the application, {time}",
      "again": "It was back at the application’s door, {time}",
      "awaiting": "The application awaited {time}"
    }
  },
  "handshake": {
    "name": "WebSocket handshake",
    "place": "worker",
    "meaning": "The application decides about the WebSocket: from the client's wish until accept or close was sent.",
    "steps": {
      "running": "The application decided about the WebSocket, {time}"
    }
  },
  "handler": {
    "name": "Django's handler",
    "place": "worker",
    "meaning": "Django's handler: middleware, URL, view, response.",
    "steps": {
      "running": "It entered Django’s handler, {time}",
      "again": "It was back in Django’s handler, {time}",
      "awaiting": "Django’s handler awaited {time}"
    }
  },
  "middleware": {
    "name": "middleware",
    "place": "middleware",
    "meaning": "One layer of middleware, with everything inside it."
  },
  "resolve": {
    "name": "finding the view",
    "place": "middleware",
    "meaning": "Django looks up which view belongs to the URL.",
    "steps": {
      "running": "Django looked up the view, {time}"
    }
  },
  "view": {
    "name": "view",
    "place": "view",
    "meaning": "The view.",
    "reason": "in the view itself"
  },
  "session": {
    "name": "WebSocket session",
    "place": "view",
    "meaning": "The WebSocket is open: messages may go both ways at any time.",
    "reason": "in the WebSocket's session",
    "steps": {
      "running": "The consumer ran {time}",
      "awaiting": "The WebSocket was open and quiet, {time}"
    }
  },
  "message": {
    "name": "WebSocket message",
    "meaning": "One message of a WebSocket."
  },
  "call": {
    "name": "calls of other services",
    "kind": "client",
    "place": "view",
    "meaning": "Another service is asked over HTTP.",
    "reason": "waiting for other services"
  },
  "send": {
    "name": "sending a task",
    "kind": "producer",
    "place": "view",
    "meaning": "A task is handed to a queue, for a worker to execute.",
    "reason": "sending tasks"
  },
  "task": {
    "name": "task",
    "kind": "consumer",
    "place": "view",
    "meaning": "A worker executes a task.",
    "reason": "in a task"
  },
  "query": {
    "name": "database",
    "kind": "client",
    "place": "database",
    "meaning": "The database is asked.",
    "reason": "with the database"
  },
  "template": {
    "name": "template",
    "place": "view",
    "meaning": "A template is rendered.",
    "reason": "rendering templates",
    "steps": {
      "running": "The template {name} was rendered, {time}"
    }
  },
  "crossing": {
    "name": "changing between loop and thread",
    "place": "worker",
    "meaning": "A hop between event loop and thread, and back.",
    "reason": "changing between event loop and thread"
  },
  "signal": {
    "name": "signals",
    "place": "worker",
    "meaning": "Django tells its signal's receivers.",
    "steps": {
      "running": "Django told the receivers of {name}, {time}"
    }
  },
  "response": {
    "name": "sending the answer",
    "place": "worker",
    "meaning": "The answer is produced and sent.",
    "reason": "sending the answer",
    "steps": {
      "running": "The answer was produced and handed to {server}, {time}",
      "awaiting": "{server} took the answer, {time}"
    }
  },
  "span": {
    "name": "the project's own spans",
    "meaning": "A span of the project's own instrumentation.",
    "steps": {
      "running": "{name}, {time}",
      "awaiting": "{name} awaited {time}"
    }
  },
  "": {
    "name": "other instruments' spans",
    "meaning": "A span of another instrument."
  }
};

/**
 * The entry of a span's stage; of a stage that we do not know, the one of other instruments.
 * @param {Pick<Span, "stage">} span
 */
export function stageOf({ stage }) {
  return Object.hasOwn(STAGES, stage) ? STAGES[stage] : STAGES[""];
}
