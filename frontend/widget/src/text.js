// What may stand in a message: the same rule as `MessageText` of the server, held to it by
// tests/golden/message_text.json. Must not know the DOM.

export const LIMIT = 1000;

// Unicode White_Space, which is not quite what String.prototype.trim takes away.
const SPACE = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const UNSEEN = new RegExp(
  `^[${SPACE}\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f` +
    "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb" +
    "\\u{1bca0}-\\u{1bca3}\\u{1d159}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]*$",
  "u",
);
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** `{result: "ok" | "empty" | "too_long" | "nul", trimmed?, length}`; length in Unicode scalar values. */
export function check(text) {
  const whole = text.replace(LONE_SURROGATE, "\ufffd");
  if (whole.includes("\0")) return { result: "nul", length: 0 };
  const trimmed = whole.replace(EDGES, "");
  const length = [...trimmed].length;
  if (UNSEEN.test(trimmed)) return { result: "empty", length: 0 };
  if (length > LIMIT) return { result: "too_long", length };
  return { result: "ok", trimmed, length };
}

/** Splits a text into `{text}` and `{text, href}` pieces, so that links are made by code and never by markup. */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"']+/giu)) {
    const shown = match[0].replace(/[.,;:!?)\]}]+$/u, "");
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: shown, href: shown });
    from = match.index + shown.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** A random id of version 4, also on pages without HTTPS, where `randomUUID` is missing. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Black or white, whichever reads better on `#rrggbb`, by WCAG relative luminance. */
export function readableOn(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#101418" : "#ffffff";
}
