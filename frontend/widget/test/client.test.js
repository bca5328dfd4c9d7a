// The stream is tried again after every answer, also after a refusal: what was taken away may be given back.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "../src/client.js";

const SESSION = { token: "t", visitor_id: "v", expires_at: new Date(Date.now() + 3_600_000).toISOString() };

/** The states of a client whose stream is answered by each of `statuses` in turn, up to `online`. */
function states({ mock }, statuses) {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", async () => {
    const status = statuses.shift();
    if (status === 200) return new Response(new ReadableStream(), { headers: { "Hilo-Epoch": "e" } });
    return Response.json({ error: { code: "refused" } }, { status });
  });
  const store = { read: (name) => (name === "session" ? SESSION : undefined), write() {} };
  const seen = [];
  return new Promise((done) => {
    const state = (name) => {
      seen.push(name);
      if (name === "online") done(seen);
      // Every pause is cut short.
      else queueMicrotask(() => client.retry());
    };
    const client = createClient({ base: "", store, hello: () => ({}), heard: { state } });
    client.follow(() => 0);
  });
}

for (const status of [403, 404]) {
  test(`a page that heard ${status} says so and tries on`, async (t) => {
    assert.deepEqual(await states(t, [status, 200]), ["connecting", "refused", "connecting", "online"]);
  });
}

test("a server that fails is no refusal", async (t) => {
  assert.deepEqual(await states(t, [503, 200]), ["connecting", "offline", "connecting", "online"]);
});
