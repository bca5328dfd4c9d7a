// The widget's text rule gives what the server's gives, vector by vector.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { check, newId, pieces, readableOn } from "../src/text.js";

const golden = new URL("../../../tests/golden/message_text.json", import.meta.url);

test("the shared vectors hold", () => {
  const vectors = JSON.parse(readFileSync(golden, "utf8"));
  assert.ok(vectors.length >= 20);
  vectors.forEach((vector, n) => {
    const { result, trimmed } = check(vector.text);
    assert.equal(result, vector.result, `vector ${n}`);
    assert.equal(trimmed, vector.trimmed, `vector ${n}`);
  });
});

test("half a surrogate pair cannot spoil a request", () => {
  assert.equal(check("a\ud83d").trimmed, "a\ufffd");
});

test("only http and https become links, without the punctuation after them", () => {
  assert.deepEqual(pieces("see https://a.example/x?y=1, or javascript:alert(1)"), [
    { text: "see " },
    { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
    { text: ", or javascript:alert(1)" },
  ]);
  assert.deepEqual(pieces("<img src=x onerror=alert(1)>"), [{ text: "<img src=x onerror=alert(1)>" }]);
});

test("ids are of version 4", () => {
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("text stays readable on any colour", () => {
  assert.equal(readableOn("#ffffff"), "#101418");
  assert.equal(readableOn("#ffd400"), "#101418");
  assert.equal(readableOn("#0f5f5c"), "#ffffff");
  assert.equal(readableOn("#000000"), "#ffffff");
});
