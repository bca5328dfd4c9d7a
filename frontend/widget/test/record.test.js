// Voice messages: what letting the button go means, how a length is said, and what the browser must have.
import assert from "node:assert/strict";
import { test } from "node:test";

import { isMessage } from "../src/log.js";
import { LONGEST, canRecord, clock, letGo } from "../src/record.js";

test("a length is shown as players show it", () => {
  assert.equal(clock(0), "0:00");
  assert.equal(clock(7_999), "0:07");
  assert.equal(clock(61_000), "1:01");
  assert.equal(clock(LONGEST), "5:00");
});

test("a tap goes on recording, holding sends, letting go elsewhere discards", () => {
  assert.equal(letGo(120, 0), "keep");
  assert.equal(letGo(120, 500), "keep");
  assert.equal(letGo(2_000, 10), "send");
  assert.equal(letGo(2_000, 200), "discard");
});

test("where there is no recorder nothing is offered", () => {
  assert.equal(canRecord(), false);
});

test("a recording is a message: it waits, fails and is kept like one", () => {
  assert.equal(isMessage({ type: "message.audio" }), true);
  assert.equal(isMessage({ type: "form.submit" }), false);
});
