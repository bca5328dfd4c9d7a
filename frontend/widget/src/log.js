// The conversation as a plain value: stream items and own messages in, what to show out.
// An item is applied once, by its seq; an own message is one, by its client id. Must not know the DOM or the network.

/** How long an own message can be changed, in milliseconds. */
export const EDIT_WINDOW = 15 * 60_000;

/** `closed`: the number under which it was closed; 0 while it is open. */
export function createLog() {
  return { seq: 0, messages: [], readUpTo: 0, closed: 0, agent: null };
}

const byId = (log, id) => log.messages.find((m) => m.id === id);
const byClient = (log, id) => id && log.messages.find((m) => m.client === id);

/** Applies one stream item `{seq, type, data}`; false when it was here before. */
export function apply(log, { seq, type, data = {} }) {
  if (!(seq > log.seq)) return false;
  log.seq = seq;
  switch (type) {
    case "message":
      addMessage(log, seq, data);
      break;
    case "message.updated": {
      const message = byId(log, data.message_id);
      if (!message) break;
      if (typeof data.text === "string") {
        message.text = data.text;
        message.edited = true;
        // Replayed from the start, an edited message comes without its first text.
        message.deleted = false;
        message.was = undefined;
      }
      if (data.reaction !== undefined) message.reaction = data.reaction;
      if (data.agent_reaction !== undefined) message.answer = data.agent_reaction;
      break;
    }
    case "message.deleted": {
      const message = byId(log, data.message_id);
      if (message) Object.assign(message, { deleted: true, files: undefined });
      break;
    }
    case "read":
      log.readUpTo = Math.max(log.readUpTo, data.up_to_seq ?? 0);
      break;
    case "agent.joined":
      log.agent = data.agent ?? null;
      break;
    case "chat.closed":
      log.closed = seq;
      break;
  }
  return true;
}

function addMessage(log, seq, data) {
  const own = byClient(log, data.client_message_id);
  const message = own ?? { client: data.client_message_id };
  if (own) log.messages.splice(log.messages.indexOf(own), 1);
  Object.assign(message, {
    id: data.message_id,
    mine: data.author === "visitor",
    agent: data.agent ?? null,
    text: data.text ?? "",
    files: data.attachments,
    deleted: data.text == null,
    at: Date.parse(data.at),
    state: "sent",
    seq,
  });
  // What the server numbered stands in its order; what it does not know yet stays below.
  const after = log.messages.findIndex((m) => m.seq == null);
  log.messages.splice(after < 0 ? log.messages.length : after, 0, message);
  // Whoever writes opens it again.
  log.closed = 0;
  if (message.agent) log.agent = message.agent;
}

/** Shows an own message before the server has it. */
export function addOwn(log, { id, text = "", at, files }) {
  if (byClient(log, id)) return;
  const message = { client: id, mine: true, text, files, at, state: "waiting" };
  log.messages.push(message);
  log.closed = 0;
  return message;
}

/** Whether an event is a message, not an act on one. */
export const isMessage = ({ type }) => ["message.text", "message.attachment", "message.audio"].includes(type);

/** What is left when the server says that it does not know what was shown: own messages that still have to go. */
export function restart(log) {
  return { ...createLog(), messages: log.messages.filter((m) => m.mine && m.seq == null && m.state !== "sent") };
}

/** Takes the server's verdict about one event `{client_event_id, status, seq?, message_id?, error?}`. */
export function settle(log, event, result) {
  if (isMessage(event)) {
    const message = byClient(log, event.client_event_id);
    if (!message) return;
    if (result.status === "rejected") {
      message.state = "failed";
      message.error = result.error;
    } else if (message.state === "waiting") {
      message.state = "sent";
      message.id ??= result.message_id;
    }
    return;
  }
  const message = byClient(log, event.data.client_message_id);
  if (!message || result.status !== "rejected") return;
  if (event.type === "message.edit" && message.was !== undefined) {
    message.text = message.was;
    message.was = undefined;
  }
  if (event.type === "message.delete") message.deleted = false;
}

/** Shows an own change at once; `settle` takes it back when the server refuses it. */
export function change(log, event) {
  const message = byClient(log, event.data.client_message_id);
  if (!message) return;
  if (event.type === "message.edit") {
    message.was ??= message.text;
    message.text = event.data.text;
    message.edited = true;
  } else if (event.type === "message.delete") {
    message.deleted = true;
  }
}

/** Whether the visitor may say how it was: once for each time that the chat was closed. `rated`: the last they said so. */
export const isRatable = (log, rated = 0) => log.closed > rated;

/** Takes a message out that could not be sent. */
export function discard(log, client) {
  log.messages = log.messages.filter((m) => m.client !== client || m.state !== "failed");
}

/** Whether an own message can still be changed. */
export function isChangeable(message, now) {
  return message.mine && message.state === "sent" && !message.deleted && now - message.at < EDIT_WINDOW;
}

/** `waiting`, `sent`, `read` or `failed` of an own message. */
export function tick(log, message) {
  if (message.state !== "sent") return message.state;
  return message.seq && message.seq <= log.readUpTo ? "read" : "sent";
}

/** Number of the other side's messages above `seen`. */
export function unread(log, seen) {
  return log.messages.filter((m) => !m.mine && !m.deleted && m.seq > seen).length;
}
