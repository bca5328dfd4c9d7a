// The event-stream reader gives the same events however the bytes are cut.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createParser } from "../src/sse.js";

const STREAM = ': heartbeat\n\nid: 7\ndata: {"seq":7}\n\nevent: typing\ndata: {"a":\ndata: 1}\r\n\r\nid: 8\ndata: x\n\ndata: unfinished';

test("events are whole, in order, and heartbeats are nothing", () => {
  for (let size = 1; size <= STREAM.length; size++) {
    const seen = [];
    const feed = createParser((event) => seen.push(event));
    for (let at = 0; at < STREAM.length; at += size) feed(STREAM.slice(at, at + size));
    assert.deepEqual(seen, [
      { id: "7", data: '{"seq":7}' },
      { id: undefined, data: '{"a":\n1}' },
      { id: "8", data: "x" },
    ], `pieces of ${size}`);
  }
});
