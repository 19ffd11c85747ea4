import assert from "node:assert/strict";
import test from "node:test";
import { leftOut } from "../../../static/js/model/conversation.js";
import { Model } from "../../../static/js/model/model.js";
import { MOST_LINES, configuration, longestLine, sourceAt } from "../../../static/js/model/source.js";
import { conversationAt } from "../../../static/js/scene/conversation-lines.js";
import { stepAt, transcript } from "../../../static/js/scene/transcript.js";
import { at, client, server, span } from "../support/story.mjs";

const GUNICORN = { name: "gunicorn", title: "Gunicorn, 1 sync worker", interface: "wsgi" };
const UVICORN = { name: "uvicorn", title: "Uvicorn, 1 event loop", interface: "asgi" };

function trace(...spans) {
  const model = new Model();
  model.absorb(spans);
  return model.trace(spans[0].trace_id);
}

function words(one, about, t) {
  return transcript(one, about, t).map(({ sentence }) => sentence);
}

const CODE = [
  "def wait(request):",
  "    seconds = asked(request)",
  "    time.sleep(seconds)",
  "    return Response()",
];
const WITH_CODE = {
  "code.function.name": "samples.scenarios.wait",
  "code.file.path": "samples/scenarios.py",
  "code.line.number": 31,
  "gatescope.code": CODE.join("\n"),
  "gatescope.code.lines": [0, 32, 16e6, 33],
};

const WAITED = () =>
  trace(
    client("a", 0, 3010, { "http.response.status_code": 200 }),
    server("a", 2001, 3009, "wsgi"),
    span("a", "middleware", 2002, 3008, {
      id: "m",
      parent: "a-server",
      "code.function.name": "django.SessionMiddleware",
    }),
    span("a", "view", 2005, 3005, { id: "v", parent: "m", ...WITH_CODE }),
    span("a", "query", 2010, 2020, { id: "q", parent: "v", "db.query.text": "SELECT  1" }),
  );

test("a transcript says each step with its true duration, where it waited and in which line", () => {
  assert.deepEqual(words(WAITED(), GUNICORN), [
    "The client connected and sent it, 1.00 ms",
    "It waited 2.00 s at Gunicorn’s door, outside Python",
    "Gunicorn called the application, 1.00 ms",
    "It entered SessionMiddleware, 3.00 ms",
    "wait() ran 5.00 ms: seconds = asked(request)",
    "The database was asked for 10.0 ms: SELECT 1",
    "wait() ran 985 ms: time.sleep(seconds)",
    "It came back through SessionMiddleware, 3.00 ms",
    "It was back at the application’s door, 1.00 ms",
    "Its answer travelled to the client, 1.00 ms",
    "It was answered after 3.01 s, with status 200",
  ]);
});

test("between the view's lookup and the view a request still goes on, and out is what comes after the answer", () => {
  const layer = { id: "m", parent: "a-server", "code.function.name": "shop.currency" };
  const one = trace(
    server("a", 0, 100, "wsgi"),
    span("a", "middleware", 1, 99, layer),
    span("a", "resolve", 2, 3, { parent: "m" }),
    span("a", "view", 4, 97, { parent: "m", ...WITH_CODE }),
  );
  assert.deepEqual(
    words(one, GUNICORN).filter((text) => text.includes("currency")),
    [
      "It entered currency, 1.00 ms",
      "It went on from currency to the view, 1.00 ms",
      "It came back through currency, 2.00 ms",
    ],
  );
});

test("a request goes on from a middleware to the next one, and only from the last to the view", () => {
  const outer = { id: "m", parent: "a-server", "code.function.name": "shop.currency" };
  const inner = { id: "n", parent: "m", "code.function.name": "shop.basket" };
  const one = trace(
    server("a", 0, 100, "wsgi"),
    span("a", "middleware", 1, 99, outer),
    span("a", "signal", 2, 3, { parent: "m" }),
    span("a", "middleware", 4, 98, inner),
    span("a", "resolve", 5, 6, { parent: "n" }),
    span("a", "view", 7, 97, { parent: "n", ...WITH_CODE }),
  );
  assert.deepEqual(
    words(one, GUNICORN).filter((text) => text.startsWith("It went on")),
    ["It went on from currency to basket, 1.00 ms", "It went on from basket to the view, 1.00 ms"],
  );
});

test("a transcript told at a moment knows nothing of later", () => {
  assert.deepEqual(words(WAITED(), GUNICORN, at(1001)).at(-1), "It waited 1.00 s at Gunicorn’s door, outside Python");
});

test("what goes on has no end yet", () => {
  assert.equal(
    words(trace(client("a", 0, null), server("a", 5, null, "wsgi")), GUNICORN).at(-1),
    "Gunicorn called the application, until now",
  );
});

test("the steps follow each other without a gap and the current one is found", () => {
  const steps = transcript(WAITED(), GUNICORN);
  for (let i = 1; i < steps.length; i += 1) assert.equal(steps[i].from, steps[i - 1].to);
  assert.equal(stepAt(steps, at(-1)), -1);
  for (const [i, step] of steps.entries()) assert.equal(stepAt(steps, step.from), i);
});

test("a coroutine that holds its loop says so, and one that awaits at which line", () => {
  const view = (from, to, slices) =>
    words(
      trace(
        server("a", 0, 1000, "asgi"),
        span("a", "view", from, to, { ...WITH_CODE, parent: "a-server", "gatescope.slices": slices }),
      ),
      UVICORN,
    ).filter((text) => text.startsWith("wait()"));
  assert.deepEqual(view(0, 1000, [0, 1000e6]), ["wait() held the loop for 1.00 s: time.sleep(seconds)"]);
  const turns = view(0, 1000, [1e6, 1e6, 997e6, 1e6]);
  assert.deepEqual(
    turns.map((text) => text.replace(/: .*/, "")),
    [
      "wait() was about to begin, 1.00 ms",
      "wait() ran 1.00 ms",
      "wait() awaited 995 ms",
      "wait() ran 1.00 ms",
      "wait() had returned, 2.00 ms",
    ],
  );
  assert.match(turns[2], /: time\.sleep\(seconds\)$/);
  assert.doesNotMatch(turns[3], /sleep/);
});

test("the code that executes is that of the view, also while it asks the database, with the line seen last", () => {
  const shown = sourceAt(WAITED(), at(2012));
  assert.deepEqual(
    [shown.title, shown.first, shown.lines.length, shown.marked],
    ["wait · samples/scenarios.py", 31, 4, 32],
  );
  assert.equal(sourceAt(WAITED(), at(2500)).marked, 33);
});

test("the line seen first in a step is that of its beginning; before any is seen, the first line is", () => {
  const view = (lines) =>
    trace(
      server("a", 0, 100, "wsgi"),
      span("a", "view", 1, 99, { parent: "a-server", ...WITH_CODE, "gatescope.code.lines": lines }),
    );
  assert.equal(sourceAt(view([20e6, 33]), at(2)).marked, 33);
  assert.equal(sourceAt(view([200e6, 33]), at(2)).marked, 31);
});

test("outside the application, and where no code is known, none executes", () => {
  assert.equal(sourceAt(WAITED(), at(1000)), null);
  assert.equal(sourceAt(WAITED(), at(2003)), null);
  assert.equal(sourceAt(WAITED(), at(4000)), null);
});

test("with the client: the request; at the proxy: what that is told; at the door: how the server was started", () => {
  const one = trace(
    client("a", 0, 10, { "gatescope.via": "nginx", "http.request.method": "GET", "url.full": "http://x/" }),
  );
  const facts = {
    title: "Uvicorn",
    command: "python -m uvicorn --port 1 app",
    way: (name) => `location / {\n    # ${name}\n}`,
  };
  const lines = (place, about = facts) => configuration({ place }, one, about).lines;
  assert.deepEqual(lines("client"), ["GET http://x/"]);
  assert.deepEqual(lines("proxy"), ["location / {", "    # nginx", "}"]);
  assert.deepEqual(lines("queue"), ["python", "    -m uvicorn", "    --port 1 app"]);
  assert.deepEqual(lines("queue", { title: "Uvicorn" }), []);
});

test("of long code twelve lines around the marked one are shown", () => {
  const code = Array.from({ length: 40 }, (_, i) => `line ${i}`).join("\n");
  const long = (line) =>
    sourceAt(
      trace(
        server("a", 0, 100, "wsgi"),
        span("a", "view", 1, 99, {
          parent: "a-server",
          "gatescope.code": code,
          "code.line.number": 1,
          "gatescope.code.lines": line ? [0, line] : [],
        }),
      ),
      at(50),
    );
  assert.deepEqual([long(0).first, long(20).first, long(40).first].map(Number), [1, 14, 29]);
  assert.equal(long(20).lines.length, MOST_LINES);
  assert.equal(long(99).marked, null);
});

test("numbers that are none mark no line", () => {
  const odd = span("a", "view", 0, 10, { ...WITH_CODE, "gatescope.code.lines": ["x", {}, 5] });
  assert.equal(longestLine(odd, { from: at(0), to: at(10) }), "");
  assert.equal(longestLine({ ...odd, attributes: {} }, { from: at(0), to: at(10) }), "");
});

function said(kind, ...entries) {
  const list = (i) => entries.map((entry) => entry[i]);
  return trace(
    server("a", 0, 100, kind, {
      "http.response.status_code": 200,
      "network.protocol.version": "1.1",
      "gatescope.conversation": list(0),
      "gatescope.conversation.at_ns": list(1).map((ms) => ms * 1e6),
      "gatescope.conversation.took_ns": list(2).map((ms) => ms * 1e6),
      "gatescope.conversation.size": list(3),
      "gatescope.conversation.more": list(4),
    }),
  );
}

test("WSGI is one call, an answer and pieces that the server fetches", () => {
  const one = said(
    "wsgi",
    ["environ", 0, 0, 0],
    ["start_response", 10, 0, 5],
    ["piece", 11, 2, 6],
    ["StopIteration", 13, 0, 0],
    ["close", 14, 1, 0],
  );
  const at11 = conversationAt(one, at(11.5));
  assert.deepEqual(
    at11.map(({ by }) => by),
    ["server", "application", "application", "application", "server"],
  );
  assert.deepEqual(
    at11.map(({ when }) => when),
    ["said", "said", "now", "later", "later"],
  );
  assert.deepEqual(
    at11.slice(1, 3).map(({ words: text, note }) => `${text} | ${note}`),
    ["start_response(200, headers) | 5 headers", "yield a piece of the iterable | 6 bytes; the server took 2.00 ms"],
  );
});

test("under ASGI the application asks and waits; what comes is not known before it came", () => {
  const one = said(
    "asgi",
    ["scope", 0, 0, 0, false],
    ["http.request", 1, 40, 9, true],
    ["http.response.start", 50, 0, 2, false],
    ["http.response.body", 51, 3, 6, false],
  );
  assert.deepEqual(conversationAt(one, at(20))[1], {
    by: "application",
    words: "await receive()",
    note: "waits, 19.0 ms",
    when: "now",
  });
  const later = conversationAt(one, at(60));
  assert.deepEqual(later[1], {
    by: "server",
    words: "http.request",
    note: "9 bytes, more_body, came after 40.0 ms",
    when: "said",
  });
  assert.deepEqual(later[3], {
    by: "application",
    words: "send http.response.body",
    note: "6 bytes, the server took 3.00 ms",
    when: "now",
  });
});

test("what is waited for in the background is said when it comes, after what was sent meanwhile", () => {
  const one = said(
    "asgi",
    ["scope", 0, 0, 0, false],
    ["http.disconnect", 1, 80, 0, false],
    ["http.response.start", 50, 0, 2, false],
    ["http.response.body", 51, 3, 6, false],
  );
  const shown = (ms) =>
    conversationAt(one, at(ms))
      .map(({ words: text, when }) => `${when}: ${text}`)
      .slice(1);
  assert.deepEqual(shown(50.5), [
    "now: send http.response.start 200",
    "now: await receive()",
    "later: send http.response.body",
  ]);
  assert.deepEqual(shown(20), [
    "now: await receive()",
    "later: send http.response.start 200",
    "later: send http.response.body",
  ]);
  assert.deepEqual(shown(90), [
    "said: send http.response.start 200",
    "said: send http.response.body",
    "now: http.disconnect",
  ]);
});

test("a conversation that nobody recorded is empty, and what was left out is counted", () => {
  assert.deepEqual(conversationAt(trace(client("a", 0, 10)), at(5)), []);
  assert.equal(leftOut(trace(client("a", 0, 10))), null);
  assert.equal(leftOut(trace(server("a", 0, 10, "asgi", { "gatescope.conversation.left_out": 7 }))).number, 7);
});
