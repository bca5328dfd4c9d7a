// The conversation: nothing twice, nothing lost, nothing out of order.
import assert from "node:assert/strict";
import { test } from "node:test";

import { addOwn, apply, change, createLog, discard, isChangeable, isRatable, restart, settle, tick, unread } from "../src/log.js";

const AT = "2026-11-21T09:00:00Z";
const fromVisitor = (seq, client, text = "hi") => ({
  seq,
  type: "message",
  data: { message_id: `m${seq}`, client_message_id: client, author: "visitor", agent: null, text, at: AT },
});
const fromAgent = (seq, text = "hello") => ({
  seq,
  type: "message",
  data: { message_id: `m${seq}`, author: "agent", agent: { id: "a", name: "Ana" }, text, at: AT },
});
const texts = (log) => log.messages.map((m) => m.text);

test("an item that came before changes nothing", () => {
  const log = createLog();
  assert.equal(apply(log, fromAgent(1)), true);
  assert.equal(apply(log, fromAgent(1)), false);
  assert.equal(apply(log, { type: "message", data: {} }), false);
  assert.equal(log.messages.length, 1);
});

test("an own message is one, whichever comes first: the stream or the answer", () => {
  const event = { client_event_id: "c1", type: "message.text", data: { text: "hi" } };
  for (const streamFirst of [true, false]) {
    const log = createLog();
    addOwn(log, { id: "c1", text: "hi", at: 1 });
    assert.equal(tick(log, log.messages[0]), "waiting");
    const answer = () => settle(log, event, { status: "accepted", message_id: "m1", seq: 1 });
    if (!streamFirst) answer();
    apply(log, fromVisitor(1, "c1"));
    if (streamFirst) answer();
    assert.equal(log.messages.length, 1);
    assert.equal(tick(log, log.messages[0]), "sent");
    apply(log, { seq: 2, type: "read", data: { up_to_seq: 1 } });
    assert.equal(tick(log, log.messages[0]), "read");
  }
});

test("what the server does not know yet stays below what it numbered", () => {
  const log = createLog();
  addOwn(log, { id: "c1", text: "one", at: 1 });
  addOwn(log, { id: "c2", text: "two", at: 2 });
  apply(log, fromAgent(1, "hello"));
  apply(log, fromVisitor(2, "c2", "two"));
  assert.deepEqual(texts(log), ["hello", "two", "one"]);
});

test("a refused message says so and can be taken out", () => {
  const log = createLog();
  addOwn(log, { id: "c1", text: "x", at: 1 });
  settle(log, { client_event_id: "c1", type: "message.text", data: {} }, { status: "rejected", error: { code: "too_long" } });
  assert.equal(tick(log, log.messages[0]), "failed");
  discard(log, "c1");
  assert.deepEqual(log.messages, []);
});

test("a refused change is taken back, an accepted one stays", () => {
  const log = createLog();
  apply(log, fromVisitor(1, "c1", "before"));
  const edit = { client_event_id: "e", type: "message.edit", data: { client_message_id: "c1", text: "after" } };
  change(log, edit);
  assert.deepEqual(texts(log), ["after"]);
  settle(log, edit, { status: "rejected", error: {} });
  assert.deepEqual(texts(log), ["before"]);
  change(log, edit);
  apply(log, { seq: 2, type: "message.updated", data: { message_id: "m1", text: "after" } });
  settle(log, edit, { status: "accepted" });
  assert.deepEqual(texts(log), ["after"]);
});

test("reactions come and go, deleted messages stay as a place", () => {
  const log = createLog();
  apply(log, fromVisitor(1, "c1"));
  apply(log, { seq: 2, type: "message.updated", data: { message_id: "m1", reaction: "👍" } });
  assert.equal(log.messages[0].reaction, "👍");
  apply(log, { seq: 3, type: "message.updated", data: { message_id: "m1", reaction: null } });
  assert.equal(log.messages[0].reaction, null);
  apply(log, { seq: 4, type: "message.deleted", data: { message_id: "m1" } });
  assert.equal(log.messages[0].deleted, true);
});

test("an edited message that is replayed without its first text shows the new one", () => {
  const log = createLog();
  apply(log, fromVisitor(1, "c1", null));
  assert.equal(log.messages[0].deleted, true);
  apply(log, { seq: 2, type: "message.updated", data: { message_id: "m1", text: "after" } });
  assert.equal(log.messages[0].deleted, false);
  assert.deepEqual(texts(log), ["after"]);
});

test("own messages can be changed for fifteen minutes", () => {
  const log = createLog();
  apply(log, fromVisitor(1, "c1"));
  const at = Date.parse(AT);
  assert.equal(isChangeable(log.messages[0], at + 899_000), true);
  assert.equal(isChangeable(log.messages[0], at + 900_000), false);
});

test("unread counts the other side's messages only", () => {
  const log = createLog();
  apply(log, fromVisitor(1, "c1"));
  apply(log, fromAgent(2));
  apply(log, fromAgent(3));
  assert.equal(unread(log, 0), 2);
  assert.equal(unread(log, 2), 1);
});

test("a chat is rated once for each time it was closed, also after a reload", () => {
  const items = [
    { seq: 4, type: "message", data: { message_id: "m", author: "visitor", text: "hi", at: "2026-01-01T00:00:00Z" } },
    { seq: 5, type: "chat.closed", data: {} },
  ];
  const log = createLog();
  assert.equal(isRatable(log), false);
  for (const item of items) apply(log, item);
  assert.equal(isRatable(log), true);
  const rated = log.closed;
  assert.equal(isRatable(log, rated), false);
  const reloaded = createLog();
  for (const item of items) apply(reloaded, item);
  assert.equal(isRatable(reloaded, rated), false);
  // The agent's answer opens it too.
  apply(reloaded, { ...items[0], seq: 6, data: { ...items[0].data, message_id: "n", author: "agent" } });
  assert.equal(isRatable(reloaded, rated), false);
  apply(reloaded, { seq: 7, type: "chat.closed", data: {} });
  assert.equal(isRatable(reloaded, rated), true);
});

test("a closed chat is open again when the visitor writes", () => {
  const log = createLog();
  apply(log, { seq: 1, type: "chat.closed", data: {} });
  assert.equal(log.closed, 1);
  addOwn(log, { id: "c1", text: "x", at: 1 });
  assert.equal(log.closed, 0);
});

test("replaying the stream after any cut gives the same conversation", () => {
  const items = [fromVisitor(1, "c1"), fromAgent(2), { seq: 3, type: "read", data: { up_to_seq: 1 } }, fromAgent(4)];
  const whole = createLog();
  items.forEach((item) => apply(whole, item));
  for (let cut = 0; cut <= items.length; cut++) {
    const log = createLog();
    items.slice(0, cut).forEach((item) => apply(log, item));
    items.slice(Math.max(0, cut - 2)).forEach((item) => apply(log, item));
    assert.deepEqual(log, whole);
  }
});

test("after a restart only what still has to go is there, and everything comes again", () => {
  let log = createLog();
  apply(log, fromVisitor(1, "c1", "told"));
  apply(log, fromAgent(2));
  addOwn(log, { id: "c2", text: "waiting", at: 0 });
  log = restart(log);
  assert.deepEqual(texts(log), ["waiting"]);
  assert.equal(apply(log, fromVisitor(1, "c1", "told")), true);
  assert.deepEqual(texts(log), ["told", "waiting"]);
});

test("an own file is shown at once, becomes the server's, and goes when it is taken back", () => {
  const log = createLog();
  const data = { filename: "box.png", mime: "image/png", size: 10, upload_id: "f1" };
  const own = addOwn(log, { id: "c1", at: 1, files: [data] });
  assert.equal(own, log.messages[0]);
  settle(log, { client_event_id: "c1", type: "message.attachment", data }, { status: "accepted", message_id: "m1" });
  assert.equal(tick(log, own), "sent");
  const files = [{ file_id: "f1", kind: "image", filename: "box.png", size: 10, width: 4, height: 3 }];
  apply(log, { ...fromVisitor(1, "c1", ""), data: { ...fromVisitor(1, "c1", "").data, attachments: files } });
  assert.equal(log.messages.length, 1);
  assert.deepEqual(log.messages[0].files, files);
  assert.equal(log.messages[0].deleted, false);
  apply(log, { seq: 2, type: "message.deleted", data: { message_id: "m1" } });
  assert.equal(log.messages[0].files, undefined);
});

test("each side has a reaction of its own, and takes it away again", () => {
  const log = createLog();
  apply(log, fromAgent(1));
  const [message] = log.messages;
  apply(log, { seq: 2, type: "message.updated", data: { message_id: "m1", reaction: "❤️" } });
  apply(log, { seq: 3, type: "message.updated", data: { message_id: "m1", agent_reaction: "👍" } });
  assert.deepEqual([message.reaction, message.answer, message.text], ["❤️", "👍", "hello"]);
  apply(log, { seq: 4, type: "message.updated", data: { message_id: "m1", agent_reaction: null } });
  assert.deepEqual([message.reaction, message.answer], ["❤️", null]);
});
