// Draws the conversation into the page. Every text goes in as a text node: no markup is ever made from data.

import { isChangeable, tick } from "./log.js";
import { pieces } from "./text.js";

export const $ = (id) => document.getElementById(id);

/** An element with attributes (`class`, `aria-label`, `onclick`...) and children. */
export function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

const SHAPES = {
  waiting: "M8 1a5 5 0 1 0 .01 0M8 3.5V6l2 1",
  sent: "M3 6l3 3 6-7",
  read: "M1 6l3 3 6-7M7 9l6-7",
  failed: "M4 2l8 8M12 2l-8 8",
};

function icon(state) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 12");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[state]);
  svg.append(path);
  return svg;
}

/** Gives `draw(log)`; `on` has `again(message)`, `discard(message)`, and once more.js is here what it puts there. */
export function createView({ words, locale, on, now = Date.now }) {
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  const drawn = new Map();

  function dayOf(at) {
    const day = date.format(at);
    return day === date.format(now()) ? words.today : day;
  }

  function rows(log) {
    const found = [];
    let day, speaker, lastAt;
    const lastRead = log.messages.findLast((m) => m.mine && tick(log, m) === "read");
    for (const message of log.messages) {
      const today = dayOf(message.at);
      if (today !== day) found.push({ key: `day ${today}`, sign: today, make: () => h("li", { class: "day" }, today) });
      const who = message.mine ? "me" : (message.agent?.id ?? "agent");
      const joined = today === day && who === speaker && message.at - lastAt < 300_000;
      [day, speaker, lastAt] = [today, who, message.at];
      const state = message.mine ? tick(log, message) : "";
      const can = isChangeable(message, now());
      const shows = [joined, state, message.text, message.edited, message.deleted, can, message === lastRead, message.reaction, message.answer, message.part, on.parts && message.files?.length, !on.parts, message.agent?.name, message.at, message.error?.code];
      found.push({ key: message.client ?? message.id, sign: JSON.stringify(shows), make: () => bubble(message, { joined, state, can, isLastRead: message === lastRead }) });
    }
    if (log.closed) found.push({ key: "closed", sign: "closed", make: () => h("li", { class: "act" }, words.closed) });
    return found;
  }

  function bubble(message, { joined, state, can, isLastRead }) {
    const text = message.deleted ? [words.deleted] : pieces(message.text).map((piece) => (piece.href ? h("a", { href: piece.href, target: "_blank", rel: "noopener noreferrer nofollow" }, piece.text) : piece.text));
    const name = message.agent?.name || words.agent;
    return h(
      "li",
      { class: ["message", message.mine ? "mine" : "theirs", joined && "joined", message.deleted && "gone", state].filter(Boolean).join(" ") },
      !message.mine && !joined && h("span", { class: "who" }, h("bdi", {}, name)),
      (message.text || message.deleted) && h("p", { class: "bubble", dir: "auto" }, ...text),
      on.parts?.(message),
      (message.reaction || message.answer) && h("span", { class: "reaction" }, message.reaction ?? "", message.answer ?? ""),
      h(
        "div",
        { class: "meta" },
        message.edited && !message.deleted && h("span", {}, words.edited),
        h("time", { datetime: new Date(message.at).toISOString() }, time.format(message.at)),
        message.mine && !message.deleted && h("span", { role: "img", title: words[state], "aria-label": words[state], "data-state": state }, icon(state)),
        (state === "failed" || isLastRead) && h("span", { "aria-hidden": "true" }, words[state]),
        state === "failed" && h("button", { type: "button", onclick: () => on.again(message) }, words.again),
        state === "failed" && h("button", { type: "button", onclick: () => on.discard(message) }, words.remove),
        !message.mine && on.reacts?.(message),
        can && on.changes?.(message),
      ),
    );
  }

  /** Brings the list to what `log` says, touching only what changed; new rows are announced as they come. */
  return function draw(log) {
    const list = $("log");
    const wanted = rows(log);
    const keys = new Set(wanted.map((row) => row.key));
    for (const [key, { node }] of drawn) {
      if (keys.has(key)) continue;
      node.remove();
      drawn.delete(key);
    }
    let place = list.firstChild;
    for (const { key, sign, make } of wanted) {
      let row = drawn.get(key);
      if (!row || row.sign !== sign) {
        const node = make();
        if (row) {
          if (place === row.node) place = node;
          row.node.replaceWith(node);
        }
        row = { node, sign };
        drawn.set(key, row);
      }
      if (row.node === place) place = place.nextSibling;
      else list.insertBefore(row.node, place);
    }
  };
}
