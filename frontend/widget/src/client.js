// Talks to Hilo: session, events, stream, acknowledgements. Knows when to try again and what must not be
// repeated. Must not know the DOM.

import { backoff } from "./outbox.js";
import { createParser } from "./sse.js";

// The server's heart beats every 15 s; two missed beats and some are a dead line.
const SILENCE = 40_000;
const EARLY = 10 * 60_000;

/**
 * `hello()` gives what a session request says; `heard` has `item(item)`, `typing(data)`, `resync()`, `state(name)`
 * and `session(answer)`. States: `idle`, `connecting`, `online`, `offline`, `refused`.
 */
export function createClient({ base, store, hello, heard }) {
  let session = store.read("session");
  let opening = null;
  let streaming = null;
  let lastSeq = () => 0;
  // `@` and the epoch in which the numbers were given; they mean nothing in another.
  let epoch = "";
  let acked = 0;
  let ackTimer = 0;
  let wake = () => {};

  const isFresh = () => session && Date.parse(session.expires_at) - EARLY > Date.now();

  /** The token, asked for once however many want it. */
  function open() {
    if (isFresh()) return Promise.resolve(session);
    opening ??= ask().finally(() => (opening = null));
    return opening;
  }

  async function ask() {
    const body = { ...hello(), visitor_id: session?.visitor_id ?? store.read("visitor") };
    const answer = await fetch(`${base}/session`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw await refusal(answer);
    session = await answer.json();
    store.write("session", session);
    store.write("visitor", session.visitor_id);
    heard.session(session);
    return session;
  }

  async function refusal(answer) {
    const { error = {} } = await answer.json().catch(() => ({}));
    const after = Number(answer.headers.get("Retry-After"));
    return Object.assign(new Error(error.code), { code: error.code ?? "unknown", status: answer.status, error, retryAfter: after > 0 ? after * 1000 : undefined });
  }

  async function call(path, init = {}) {
    const { token } = await open();
    const answer = await fetch(base + path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
    if (answer.status === 401) session = session && { ...session, expires_at: 0 };
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }

  const postJson = (path, body) => call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

  /** Sends events; never throws: `{ok, results}`, `{ok: false, retryAfter?}` or `{ok: false, refused}`. */
  async function post(events) {
    try {
      const answer = await postJson("/events", { events });
      return { ok: true, ...(await answer.json()) };
    } catch (fault) {
      const refused = [400, 413, 422].includes(fault.status) ? fault.error : undefined;
      if (fault.status === 403) heard.state("refused");
      return { ok: false, retryAfter: fault.retryAfter, refused };
    }
  }

  /** Tells Hilo what this page has, a moment after the last item came. */
  function acknowledge(seq) {
    clearTimeout(ackTimer);
    ackTimer = setTimeout(async () => {
      if (seq <= acked) return;
      try {
        await postJson("/ack", { seq });
        acked = Math.max(acked, seq);
      } catch {
        // The next item or the next connection says it again.
      }
    }, 150);
  }

  /** Follows the stream for ever, from where `seq()` stands. */
  function follow(seq) {
    lastSeq = seq;
    streaming ??= run();
  }

  async function run() {
    for (let failures = 0; ; ) {
      heard.state("connecting");
      const fault = await once(() => (failures = 0)).catch((fault) => fault);
      failures += 1;
      // What was taken away may be given back: a channel that was disconnected, a person who is named anew.
      heard.state([403, 404].includes(fault?.status) ? "refused" : "offline");
      await pause(fault?.retryAfter ?? backoff(failures));
    }
  }

  async function once(connected) {
    const cut = new AbortController();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => cut.abort(), SILENCE);
    };
    wake = () => cut.abort();
    try {
      alive();
      const answer = await call("/stream", { headers: { Accept: "text/event-stream", "Last-Event-ID": lastSeq() + epoch }, signal: cut.signal, cache: "no-store" });
      connected();
      heard.state("online");
      epoch = "@" + answer.headers.get("Hilo-Epoch");
      acked = 0;
      const feed = createParser(({ data }) => take(JSON.parse(data)));
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        alive();
        feed(value);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  function take(item) {
    if (item.type === "typing") return heard.typing(item.data);
    if (item.type === "resync") return heard.resync();
    if (heard.item(item)) acknowledge(item.seq);
  }

  const pause = (ms) =>
    new Promise((go) => {
      const timer = setTimeout(go, ms);
      wake = () => (clearTimeout(timer), go());
    });

  /** The network is said to be back, or gone: try now rather than later. */
  const retry = () => wake();

  /** Forgets the visitor; the next session is another one. */
  function forget() {
    session = undefined;
    acked = 0;
    for (const name of ["session", "visitor"]) store.write(name, undefined);
    wake();
  }

  /** Asks for a new session under the identity `hello` now gives. */
  function renew() {
    if (session) session.expires_at = 0;
    store.write("session", undefined);
    wake();
    return open();
  }

  return { open, post, follow, retry, forget, renew, isKnown: () => Boolean(session || store.read("visitor")), visitor: () => session?.visitor_id };
}
