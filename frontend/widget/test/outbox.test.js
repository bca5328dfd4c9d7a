// The outbox: every event reaches the server in order and under its own id, whatever the network does.
import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, createOutbox } from "../src/outbox.js";

const event = (id) => ({ client_event_id: id, type: "message.text", data: { text: id } });
const tick = () => new Promise((go) => setImmediate(go));
const settleDown = async () => {
  for (let n = 0; n < 50; n++) await tick();
};

function world(answers, kept = null) {
  const posted = [];
  const verdicts = [];
  const pauses = [];
  let stored = kept;
  const outbox = createOutbox({
    store: { read: () => stored && JSON.parse(stored), write: (value) => (stored = JSON.stringify(value)) },
    post: async (batch) => {
      posted.push(batch.map((e) => e.client_event_id));
      const answer = answers.shift();
      if (answer) return answer;
      return { ok: true, results: batch.map((e) => ({ client_event_id: e.client_event_id, status: "accepted" })) };
    },
    settled: (e, result) => verdicts.push([e.client_event_id, result.status]),
    wait: async (ms) => void pauses.push(ms),
  });
  return { outbox, posted, verdicts, pauses, stored: () => JSON.parse(stored ?? "[]") };
}

test("an event is kept until the server judged it", async () => {
  const w = world([{ ok: false }, { ok: false }]);
  w.outbox.add(event("a"));
  assert.equal(w.stored().length, 1);
  await settleDown();
  assert.deepEqual(w.posted, [["a"], ["a"], ["a"]]);
  assert.deepEqual(w.verdicts, [["a", "accepted"]]);
  assert.deepEqual(w.stored(), []);
});

test("what an earlier page could not send is sent by the next one, with the same id", async () => {
  const w = world([], JSON.stringify([event("old")]));
  w.outbox.flush();
  await settleDown();
  assert.deepEqual(w.posted, [["old"]]);
});

test("batches are small and in order", async () => {
  const w = world([], JSON.stringify(Array.from({ length: 23 }, (_, n) => event(`e${n}`))));
  w.outbox.flush();
  await settleDown();
  assert.deepEqual(w.posted.map((batch) => batch.length), [10, 10, 3]);
  assert.deepEqual(w.posted.flat(), Array.from({ length: 23 }, (_, n) => `e${n}`));
});

test("the rest of a batch waits as long as it was told", async () => {
  const limited = { status: "rejected", error: { code: "rate_limited", retry_after: 7 } };
  const w = world([{ ok: true, results: [{ status: "accepted" }, limited] }, { ok: false, retryAfter: 5000 }], JSON.stringify([event("a"), event("b")]));
  w.outbox.flush();
  await settleDown();
  assert.deepEqual(w.posted, [["a", "b"], ["b"], ["b"]]);
  assert.deepEqual(w.pauses, [7000, 5000]);
  assert.deepEqual(w.verdicts, [["a", "accepted"], ["b", "accepted"]]);
});

test("one event that can never be read does not hold up the others", async () => {
  const refused = { ok: false, refused: { code: "malformed" } };
  const w = world([refused, refused], JSON.stringify([event("bad"), event("good")]));
  w.outbox.flush();
  await settleDown();
  assert.deepEqual(w.posted, [["bad", "good"], ["bad"], ["good"]]);
  assert.deepEqual(w.verdicts, [["bad", "rejected"], ["good", "accepted"]]);
});

test("pauses grow to half a minute and differ", () => {
  assert.equal(backoff(0, () => 1), 500);
  assert.equal(backoff(20, () => 1), 30_000);
  assert.equal(backoff(20, () => 0), 15_000);
});
