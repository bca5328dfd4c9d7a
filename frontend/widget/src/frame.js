// The chat's window: joins conversation, outbox, client and view, and speaks with the button outside.
// Messages from the page around it count only when they come from the origin that may embed it.

import { createClient } from "./client.js";
import { addOwn, apply, change, createLog, discard, isMessage, isRatable, restart, settle, unread } from "./log.js";
import { createOutbox } from "./outbox.js";
import { createStore } from "./store.js";
import { LIMIT, check, newId, readableOn } from "./text.js";
import { $, createView, h } from "./view.js";
import { wordsFor } from "./words.js";

const widget = JSON.parse(document.documentElement.dataset.widget);
const asked = new URLSearchParams(location.search);
const outside = widget.origins.includes(asked.get("origin")) ? asked.get("origin") : location.origin;
const { words, locale, language } = wordsFor([asked.get("locale"), ...navigator.languages]);
const store = createStore(`hilo.${widget.key}.`);
const wait = (ms) => new Promise((go) => setTimeout(go, ms));

let log = createLog();
let page = { url: "", title: "", referrer: "" };
let identity;
let visitor;
let isOpen = false;
let begun = false;
/** Where the text goes instead of into a new message, while one is being changed. */
let divert = null;
let state = "idle";
let typingUntil = 0;
let typingTimer = 0;
let reporting = false;
let reported = 0;
let told = store.read("page");

const tellOutside = (message) => parent !== window && parent.postMessage({ hilo: 1, ...message }, outside);
const event = (type, data, id = newId()) => ({ client_event_id: id, type, sent_at: new Date().toISOString(), data });

const base = `/widget/v1/${widget.key}`;
const client = createClient({
  base,
  store,
  hello: () => ({
    page: /^https?:/.test(page.url) ? { url: page.url.slice(0, 2048), title: page.title.slice(0, 300), referrer: page.referrer.slice(0, 2048) } : undefined,
    locale: asked.get("locale") || navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    identity,
  }),
  heard: {
    item: hearItem,
    typing: hearTyping,
    resync: () => startOver(restart(log)),
    state: (name) => ((state = name), drawState()),
    session: hearSession,
  },
});

visitor = client.visitor();

const outbox = createOutbox({
  store: { read: () => store.read("outbox"), write: (events) => store.write("outbox", events.length ? events : undefined) },
  post: client.post,
  wait,
  settled(sent, result) {
    settle(log, sent, result);
    if (isMessage(sent) && result.status !== "rejected") store.write("started", true);
    // The form is asked for, though this window had begun without it.
    if (/^(form_)?required$/.test(result.error?.code)) {
      for (const name of ["asked", "started"]) store.write(name);
      loadMore();
    }
    draw();
  },
});

const on = {
  again(message) {
    if (message.file) return on.upload(message);
    // What was refused is never taken under its id.
    discard(log, message.client);
    const carried = on.carried?.(message);
    if (carried) post(event(carried.type, carried.data));
    else if (message.text) send(message.text);
    else draw();
  },
  discard: (message) => (discard(log, message.client), draw()),
};

const draw = ((view) => () => {
  const stuck = atEnd();
  view(log);
  $("end").hidden = !log.seq || log.closed;
  $("rating").hidden = !isRatable(log, store.read("rated"));
  $("composer").hidden = asks();
  $("ask").hidden = !asks();
  if (stuck) toEnd();
  else if (unread(log, seen())) $("latest").hidden = false;
  report();
})(
  createView({ words, locale, on }),
);

/** Whether the form still stands before the chat. */
const asks = () => widget.form.length > 0 && !broken && !identity && log.messages.every(({ state }) => state === "failed") && !store.read("asked") && !store.read("started");

function hearSession(session) {
  const settings = session.settings ?? {};
  if (settings.title) $("title").textContent = settings.title;
  if (visitor && visitor !== session.visitor_id) startOver();
  visitor = session.visitor_id;
}

// Another visitor's conversation must not stay on the screen, nor what the server no longer has.
function startOver(fresh = createLog()) {
  log = fresh;
  reported = 0;
  for (const name of ["seen", "rated"]) store.write(name, undefined);
  draw();
}

function hearItem(item) {
  const isNew = apply(log, item);
  if (!isNew) return false;
  store.write("started", true);
  if (item.type === "message") hearTyping({ state: "stop" });
  draw();
  return true;
}

function hearTyping(data) {
  typingUntil = data.state === "stop" || data.typing === false ? 0 : Date.now() + 6000;
  clearTimeout(typingTimer);
  const shown = typingUntil > Date.now();
  const stuck = atEnd();
  const name = data.agent?.name ?? log.agent?.name ?? words.agent;
  $("typing").firstChild.textContent = shown ? `${name} ${words.typing}` : "";
  if (shown) typingTimer = setTimeout(() => hearTyping({ state: "stop" }), 6000);
  if (stuck) toEnd();
}

function drawState() {
  // Between two tries nothing is known: what was said stands.
  if (state === "connecting") return;
  const offline = !navigator.onLine || state === "offline";
  const text = state === "refused" ? words.refused : offline ? (navigator.onLine ? words.retry : words.offline) : "";
  $("banner").hidden = !text;
  $("banner").textContent = text;
}

// --- reading

const seen = () => store.read("seen") ?? 0;
const isSeen = () => isOpen && document.visibilityState === "visible";

/** Tells what was seen, once, and only while it really can be seen. */
async function report() {
  const last = log.messages.findLast((m) => !m.mine)?.seq ?? 0;
  if (isSeen() && last > seen()) store.write("seen", last);
  tellOutside({ type: "unread", count: unread(log, seen()) });
  if (reporting || !isSeen() || last <= reported || state !== "online") return;
  reporting = true;
  const answer = await client.post([event("read", { up_to_seq: last })]);
  reporting = false;
  if (answer.ok) reported = Math.max(reported, last);
  else return;
  report();
}

function atEnd() {
  const { scrollTop, scrollHeight, clientHeight } = $("scroll");
  return scrollHeight - scrollTop - clientHeight < 48;
}

function toEnd() {
  $("scroll").scrollTop = $("scroll").scrollHeight;
  $("latest").hidden = true;
}

// --- writing

function begin() {
  if (begun) return;
  begun = true;
  client.follow(() => log.seq);
  if (outbox.events.length) outbox.flush();
}

/** What stands in an own message while the server has not shown it. */
const shown = ({ client_event_id: id, sent_at, data }) => ({ id, text: data.text, files: data.upload_id && [{ ...data, file_id: data.upload_id }], at: Date.parse(sent_at) });

const send = (text) => post(event("message.text", { text }));

function post(sent) {
  addOwn(log, shown(sent));
  draw();
  toEnd();
  begin();
  outbox.add(sent);
}

function act(type, data) {
  const done = event(type, data);
  change(log, done);
  draw();
  outbox.add(done);
}

function submit() {
  const field = $("text");
  const { result, trimmed } = check(field.value);
  if (result !== "ok") return;
  if (divert) divert(trimmed);
  else {
    send(trimmed);
    field.value = "";
    store.write("draft", undefined);
  }
  tellTyping(false);
  measure();
  field.focus();
}

function measure() {
  const field = $("text");
  const { result, length } = check(field.value);
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  const left = LIMIT - length;
  $("counter").hidden = left > 100;
  $("counter").textContent = left < 0 ? `${words.tooLong} ${-left}` : `${left} ${words.left}`;
  $("counter").classList.toggle("over", left < 0);
  field.setAttribute("aria-invalid", String(left < 0));
  $("send").disabled = result !== "ok";
}

let typingTold = 0;
let typingLater;
/** Says that the visitor writes, now and then; lost ones do not matter. What they write is said only where that is switched on. */
function tellTyping(active) {
  clearTimeout(typingLater);
  if (state !== "online" || (!active && !typingTold)) return;
  const early = typingTold + (widget.typing_preview ? 1000 : 3000) - Date.now();
  if (active && early > 0) {
    if (widget.typing_preview) typingLater = setTimeout(tellTyping, early, true);
    return;
  }
  typingTold = active ? Date.now() : 0;
  const preview = active && widget.typing_preview ? [...$("text").value].slice(0, LIMIT).join("") : undefined;
  client.post([event("typing", { state: active ? "start" : "stop", preview })]);
}

function tellPage() {
  if (!client.isKnown() || !begun || !/^https?:/.test(page.url) || page.url === told) return;
  told = page.url;
  store.write("page", told);
  client.post([event("page_view", { url: page.url.slice(0, 2048), title: page.title.slice(0, 300) })]);
}

// --- what is not needed to read and write: the form, files, sound, changing, reactions, rating

/** Puts the focus where one begins. */
const enter = () => (asks() ? $("ask").querySelector("input, textarea") : $("text"))?.focus();

let loading;
/** It could not be fetched: the chat begins without a form, and where the server wants one it says so. */
let broken = false;
/** Fetches it when the window opens; without it the chat is a chat of texts. */
function loadMore() {
  const [script, style] = document.documentElement.dataset.more.split(" ");
  document.head.append(...(loading ? [] : [h("link", { rel: "stylesheet", href: style })]));
  loading ??= import(script).then(
    ({ start }) => {
      const kit = { widget, base, client, language, h, $, on, act, draw, event, begin, say, send, toEnd, outbox, measure, store };
      broken = false;
      start({ ...kit, add: (own) => addOwn(log, own), rated: () => store.write("rated", log.closed), divert: (to) => (divert = to) });
      draw();
      if (asks()) enter();
    },
    () => {
      loading = undefined;
      broken = true;
      draw();
    },
  );
}

/** Says something above the conversation for a moment. */
function say(text) {
  $("banner").hidden = false;
  $("banner").textContent = text;
  setTimeout(drawState, 4000);
}

// --- the page around

function heardOutside({ origin, source, data }) {
  if (origin !== outside || source !== parent || !data || data.hilo !== 1) return;
  switch (data.type) {
    case "opened":
      isOpen = true;
      loadMore();
      begin();
      draw();
      toEnd();
      measure();
      enter();
      break;
    case "closed":
      isOpen = false;
      tellTyping(false);
      break;
    case "page":
      page = { url: String(data.url), title: String(data.title), referrer: String(data.referrer) };
      tellPage();
      break;
    case "identify":
      identify(data.identity);
      break;
    case "reset":
      identity = undefined;
      visitor = undefined;
      for (const name of ["who", "started", "asked", "draft", "outbox"]) store.write(name, undefined);
      client.forget();
      startOver();
      break;
  }
}

/** A new session only for a new person: each page load says the same identity again. */
function identify(said) {
  if (!said || typeof said !== "object") return;
  identity = said;
  draw();
  const who = JSON.stringify([said.user_id, said.name, said.email, said.phone]);
  if (store.read("who") === who && client.isKnown()) return;
  client.renew().then(
    () => store.write("who", who),
    () => (identity = undefined),
  );
}

function start() {
  const color = /^#[0-9a-f]{6}$/i.test(widget.color ?? "") ? widget.color : "#0f5f5c";
  const ink = readableOn(color);
  document.documentElement.lang = language;
  document.documentElement.style.setProperty("--accent", color);
  document.documentElement.style.setProperty("--ink", ink);
  $("title").textContent = widget.title || words.title;
  $("greeting").textContent = widget.greeting || words.greeting;
  $("text").placeholder = words.write;
  $("end").textContent = words.end;
  $("latest").textContent = `${words.messages} ↓`;
  for (const [id, name] of Object.entries({ close: words.close, send: words.send, text: words.write, composer: words.write, said: words.messages, scroll: words.messages })) $(id).setAttribute("aria-label", name);

  $("text").value = store.read("draft") ?? "";
  $("text").addEventListener("input", () => {
    if (!divert) store.write("draft", $("text").value || undefined);
    measure();
    tellTyping($("text").value !== "");
  });
  $("text").addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Enter" || pressed.shiftKey || pressed.isComposing) return;
    pressed.preventDefault();
    submit();
  });
  $("composer").addEventListener("submit", (submitted) => (submitted.preventDefault(), submit()));
  $("close").addEventListener("click", () => tellOutside({ type: "close" }));
  $("end").addEventListener("click", () => act("end", {}));
  $("latest").addEventListener("click", toEnd);
  $("scroll").addEventListener("scroll", () => atEnd() && ($("latest").hidden = true));
  addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape" && !pressed.defaultPrevented) divert ? divert() : tellOutside({ type: "close" });
  });
  for (const name of ["online", "offline"]) addEventListener(name, () => (client.retry(), outbox.flush(), drawState()));
  document.addEventListener("visibilitychange", report);
  addEventListener("message", heardOutside);

  // What an earlier page could not send stands here, under its clock.
  for (const kept of outbox.events) if (isMessage(kept)) addOwn(log, shown(kept));
  if (store.read("started") || outbox.events.length) begin();
  if (parent === window) heardOutside({ origin: outside, source: parent, data: { hilo: 1, type: "opened" } });
  draw();
  measure();
  drawState();
  tellOutside({ type: "ready", label: words.open, color, ink });
}

start();
