// Files: what may go, how it is said and shown.
import assert from "node:assert/strict";
import { test } from "node:test";

import { LARGEST, again, drawn, isFetchedAtOnce, judge, kindOf, sizeIn } from "../src/files.js";

test("limits are known before anything is sent", () => {
  assert.equal(judge({ size: 0 }), "empty");
  assert.equal(judge({ size: LARGEST }), undefined);
  assert.equal(judge({ size: LARGEST + 1 }), "too_large");
});

test("a size is said as people say it", () => {
  assert.equal(sizeIn("en", 10), "1 kB");
  assert.equal(sizeIn("en", 48_213), "48 kB");
  assert.equal(sizeIn("en", LARGEST), "20 MB");
});

test("the server says what a file is; an own file is believed until then, but never an SVG", () => {
  assert.equal(kindOf({ kind: "sticker", mime: "image/png" }), "image");
  assert.equal(kindOf({ kind: "document", mime: "image/png" }), "document");
  assert.equal(kindOf({ mime: "audio/ogg" }), "audio");
  assert.equal(kindOf({ mime: "image/svg+xml" }), "document");
  assert.equal(kindOf({}), "document");
});

test("pictures come by themselves, large ones and all else when asked for", () => {
  assert.equal(isFetchedAtOnce({ kind: "image", size: 50_000 }), true);
  assert.equal(isFetchedAtOnce({ kind: "image", size: 9_000_000 }), false);
  assert.equal(isFetchedAtOnce({ kind: "video", size: 1 }), false);
});

test("a picture keeps its shape and its place before it is here", () => {
  assert.deepEqual(drawn({ width: 2600, height: 1300 }), { width: 260, height: 130 });
  assert.deepEqual(drawn({ width: 40, height: 30 }), { width: 40, height: 30 });
  assert.deepEqual(drawn({}), { width: 220, height: 165 });
});

test("a file that was carried is sent again as that file, never as a text", () => {
  const carried = { file_id: "f1", filename: "a.png", mime: "image/png", size: 10 };
  const { type, data } = again({ text: "", files: [carried] });
  assert.equal(type, "message.attachment");
  assert.deepEqual({ ...data }, { upload_id: "f1", filename: "a.png", mime: "image/png", size: 10, duration_ms: undefined });
  assert.equal(again({ files: [{ ...carried, duration_ms: 900 }] }).type, "message.audio");
  assert.equal(again({ files: [{ filename: "a.png" }] }), undefined, "it never arrived");
  assert.equal(again({ text: "hola" }), undefined);
});
