// What may be sent as a file, and how it is shown. The server judges again. Must not know the DOM or the network.

/** The most bytes of a visitor's file. */
export const LARGEST = 20 * 1024 * 1024;
/** What is fetched without being asked for. */
const AT_ONCE = 3 * 1024 * 1024;

/** `"empty"`, `"too_large"`, or nothing when it may go. */
export function judge({ size }) {
  if (!size) return "empty";
  return size > LARGEST ? "too_large" : undefined;
}

/** A message of one file sent once more: its event without an id. Nothing when its file was never carried. */
export function again({ files = [] }) {
  const [{ file_id: upload_id, filename, mime, size, duration_ms } = {}] = files;
  if (!upload_id) return;
  return { type: duration_ms === undefined ? "message.attachment" : "message.audio", data: { upload_id, filename, mime, size, duration_ms } };
}

/** As people say it: `48 kB`, `1.4 MB`. */
export function sizeIn(locale, bytes) {
  const kilo = Math.max(1, Math.ceil(bytes / 1024));
  const [value, unit] = kilo < 1000 ? [kilo, "kilobyte"] : [bytes / 1024 / 1024, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** `image`, `audio`, `video` or `document`; what its sender says of an own file, the server of all others. */
export function kindOf({ kind, mime = "" }) {
  if (kind) return kind === "sticker" ? "image" : kind;
  const [begin] = mime.split("/");
  return ["image", "audio", "video"].includes(begin) && !mime.includes("svg") ? begin : "document";
}

/** Whether it is fetched as soon as it is seen. */
export const isFetchedAtOnce = (file) => kindOf(file) === "image" && file.size <= AT_ONCE;

/** Width and height to keep free for a picture, so that nothing jumps when it comes. */
export function drawn({ width, height }, room = 260) {
  if (!(width > 0 && height > 0)) return { width: 220, height: 165 };
  const scale = Math.min(room / width, room / height, 1);
  return { width: Math.max(24, Math.round(width * scale)), height: Math.max(24, Math.round(height * scale)) };
}
