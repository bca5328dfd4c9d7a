// The form before the chat: what its answers say.
import assert from "node:assert/strict";
import { test } from "node:test";

import { answered } from "../src/ask.js";

test("claims and the first message come apart, empty answers are none", () => {
  assert.deepEqual(answered({ name: "Lucía", email: "", question: "¿Hay merino?" }), { claims: { name: "Lucía" }, question: "¿Hay merino?" });
  assert.deepEqual(answered({ name: "", question: "" }), { claims: undefined, question: undefined });
  assert.deepEqual(answered({ phone: "+34 600 000 000" }), { claims: { phone: "+34 600 000 000" }, question: undefined });
});
