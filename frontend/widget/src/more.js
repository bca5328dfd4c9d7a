// What the window can do beyond texts, loaded when it opens: the form before, files both ways, sound, changing, reactions,
// rating. Files are fetched with the visitor's token and drawn from memory: no address of theirs can be passed on.

import { ask } from "./ask.js";
import { LARGEST, again, drawn, isFetchedAtOnce, judge, kindOf, sizeIn } from "./files.js";
import { MORE } from "./more-words.js";
import { canRecord, clock, record } from "./record.js";

const REACTIONS = ["👍", "❤️", "😂"];
const CLIP = "M19.5 11.5l-7.5 7.5a5 5 0 0 1-7-7l8-8a3.4 3.4 0 0 1 4.8 4.8l-7.8 7.8a1.7 1.7 0 0 1-2.5-2.4l7-7";

/** A shape of one stroke, 24 by 24. */
function picture(stroke) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("viewBox", "0 0 24 24");
  shape.setAttribute("aria-hidden", "true");
  path.setAttribute("d", stroke);
  shape.append(path);
  return shape;
}

/** `kit`: what frame.js lends. Puts `parts`, `changes`, `reacts` and `upload` on `kit.on`, and the buttons into the page. */
export function start({ widget, base, client, language, h, $, on, act, draw, event, begin, say, send, toEnd, outbox, measure, store, add, rated, divert }) {
  const words = MORE[language];
  // By file: a promise of what stands for it in memory. Nothing is fetched twice.
  const here = new Map();
  const shown = new Set();

  const bearer = async () => ({ Authorization: `Bearer ${(await client.open()).token}` });

  async function fetched(id) {
    const answer = await fetch(`${base}/files/${id}`, { headers: await bearer() });
    if (!answer.ok) throw new Error(String(answer.status));
    return URL.createObjectURL(await answer.blob());
  }

  const address = (key, id) => here.get(key) ?? here.set(key, fetched(id)).get(key);

  // --- files in the conversation

  function one(file, key) {
    const kind = kindOf(file);
    const name = file.filename || words.attach;
    const place = h("div", { "data-kind": kind });
    const gone = () => place.replaceChildren(h("span", { class: "file" }, words.gone));
    const put = (make) => address(key, file.file_id).then((url) => place.replaceChildren(make(url)), gone);
    const save = (url) => h("a", { href: url, download: name, title: `${words.save} ${name}` });
    const picture = (url) => {
      const link = save(url);
      link.append(h("img", { src: url, alt: name, ...drawn(file), onerror: gone }));
      return link;
    };
    const plays = ["audio", "video"].includes(kind);
    const label = [plays && h("span", { "aria-hidden": "true" }, "▶"), h("bdi", {}, name), h("small", {}, file.duration_ms ? clock(file.duration_ms) : sizeIn(language, file.size ?? 0))];
    const show = () => {
      shown.add(key);
      if (kind === "image") return put(picture);
      if (kind === "document") return address(key, file.file_id).then((url) => save(url).click(), gone);
      return put((url) => h(kind, { src: url, controls: true, "aria-label": name, onerror: gone }));
    };
    const word = kind === "document" ? words.save : words.show;
    if (kind === "image" && isFetchedAtOnce(file)) {
      place.append(h("img", { alt: "", ...drawn(file) }));
      show();
    } else {
      place.append(h("button", { type: "button", class: "file", title: `${word} ${name}`, onclick: show }, ...label));
      // What was opened stays open when its message is drawn anew.
      if (kind !== "document" && shown.has(key)) show();
    }
    return place;
  }

  on.parts = (message) => {
    if (!message.files?.length || message.deleted) return false;
    const key = (at) => `${message.client ?? message.id}/${at}`;
    const part = message.part;
    return h(
      "div",
      { class: "files" },
      ...message.files.map((file, at) => one(file, key(at))),
      part != null && h("progress", { max: 1, value: part, "aria-label": words.uploading }),
      part != null && h("button", { type: "button", onclick: () => message.request.abort() }, words.stop),
    );
  };

  on.carried = again;

  // --- sending a file

  // One after the other: they come in the order in which they were chosen.
  let line = Promise.resolve();

  function take(files) {
    for (const file of files) {
      const why = judge(file);
      if (why) say(why === "empty" ? words.empty : `${words.tooLarge} ${sizeIn(language, LARGEST)}`);
      else own(file);
    }
  }

  function own(file, duration_ms) {
    const data = { filename: file.name.slice(-255) || "file", mime: file.type || "application/octet-stream", size: file.size, duration_ms };
    const sent = event(duration_ms === undefined ? "message.attachment" : "message.audio", data);
    const message = add({ id: sent.client_event_id, at: Date.now(), files: [data] });
    here.set(`${message.client}/0`, Promise.resolve(URL.createObjectURL(file)));
    Object.assign(message, { file, sent });
    line = line.then(() => on.upload(message));
    toEnd();
  }

  /** Carries the file of an own message, and then sends the message. */
  on.upload = async (message) => {
    const { file, sent } = message;
    Object.assign(message, { state: "waiting", part: 0 });
    draw();
    try {
      const { upload_id } = await carried(message, await bearer());
      sent.data.upload_id = upload_id;
      message.files[0].file_id = upload_id;
      message.file = message.part = undefined;
      begin();
      outbox.add(sent);
    } catch (fault) {
      Object.assign(message, { state: "failed", part: undefined, file });
      if (fault.code) say(fault.code === "too_large" ? `${words.tooLarge} ${sizeIn(language, LARGEST)}` : words.refused);
    }
    draw();
  };

  const carried = (message, headers) =>
    new Promise((done, failed) => {
      const request = (message.request = new XMLHttpRequest());
      const form = new FormData();
      form.append("file", message.file, message.file.name);
      request.open("POST", `${base}/uploads`);
      request.setRequestHeader("Authorization", headers.Authorization);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => {
        const part = Math.floor((loaded / total) * 20) / 20;
        if (part !== message.part) (message.part = part), draw();
      };
      request.onloadend = () => (request.status === 201 ? done(request.response) : failed({ code: request.response?.error?.code }));
      request.send(form);
    });

  const input = h("input", { type: "file", multiple: true, hidden: true, id: "file", onchange: () => (take(input.files), (input.value = "")) });
  const button = h("button", { type: "button", id: "attach", class: "icon", title: words.attach, "aria-label": words.attach, onclick: () => input.click() }, picture(CLIP), input);
  $("text").before(button);
  document.addEventListener("paste", (pasted) => {
    const { files } = pasted.clipboardData;
    if (files.length) pasted.preventDefault(), take(files);
  });
  const drop = h("div", { id: "drop", hidden: true }, words.drop);
  document.body.append(drop);
  const carries = (dragged) => dragged.dataTransfer.types.includes("Files");
  document.addEventListener("dragover", (dragged) => carries(dragged) && (dragged.preventDefault(), (drop.hidden = false)));
  document.addEventListener("dragleave", (dragged) => dragged.relatedTarget || (drop.hidden = true));
  document.addEventListener("drop", (dropped) => {
    drop.hidden = true;
    if (carries(dropped)) dropped.preventDefault(), take(dropped.dataTransfer.files);
  });

  if (canRecord()) record({ composer: $("composer"), before: $("send"), words, h, picture, done: own, refused: () => say(words.noMicrophone) });

  // --- the form before

  if (widget.form.length)
    ask({
      form: $("ask"),
      fields: widget.form,
      words,
      h,
      done({ claims, question }) {
        store.write("asked", true);
        begin();
        if (claims) act("form.submit", claims);
        if (question) send(question);
        draw();
        $("text").focus();
      },
    });
  if (widget.typing_preview) $("composer").append(h("small", { id: "previewed" }, words.previewed));

  // --- changing what was sent

  const label = h("span", {}, words.editing);
  const editing = h("div", { id: "editing", hidden: true }, label, h("button", { type: "button", class: "quiet", onclick: () => stop() }, words.cancel));
  $("composer").prepend(editing);

  function fill(text) {
    $("text").value = text;
    measure();
    $("text").focus();
  }

  function stop() {
    divert(null);
    editing.hidden = true;
    fill(store.read("draft") ?? "");
  }

  function change(message) {
    divert((text) => {
      if (text && text !== message.text) act("message.edit", { client_message_id: message.client, text });
      stop();
    });
    editing.hidden = false;
    fill(message.text);
  }

  on.changes = (message) =>
    h(
      "span",
      { class: "acts" },
      message.text && h("button", { type: "button", onclick: () => change(message) }, words.edit),
      h("button", { type: "button", onclick: () => act("message.delete", { client_message_id: message.client }) }, words.delete),
    );

  // --- reactions

  on.reacts = (message) => {
    if (!message.id || message.deleted) return false;
    const react = (emoji) => {
      message.reaction = message.reaction === emoji ? null : emoji;
      act("reaction", { message_id: message.id, emoji: message.reaction ?? undefined });
    };
    const one = (emoji) => h("button", { type: "button", "aria-label": `${words.react} ${emoji}`, "aria-pressed": String(message.reaction === emoji), onclick: () => react(emoji) }, emoji);
    return h("span", { class: "acts reacts" }, ...REACTIONS.map(one));
  };

  // --- rating

  let score = 0;
  const stars = h("div", { role: "group", "aria-label": words.rate });
  const comment = h("textarea", { rows: 2, maxlength: 1000, dir: "auto", "aria-label": words.comment, placeholder: words.comment });
  const form = h("form", { hidden: true }, comment, h("button", { class: "primary" }, words.send));
  const choose = (chosen) => {
    score = chosen;
    form.hidden = !score;
    [...stars.children].forEach((star, at) => {
      star.setAttribute("aria-pressed", String(at + 1 === score));
      star.textContent = at < score ? "★" : "☆";
    });
    // What unfolds stands below what is seen.
    if (score) toEnd();
  };
  for (let n = 1; n <= 5; n++) stars.append(h("button", { type: "button", "aria-label": `${n} ${words.stars}`, "aria-pressed": "false", onclick: () => choose(n) }, "☆"));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    act("rating", { score, comment: comment.value.trim() || undefined });
    rated();
    comment.value = "";
    choose(0);
    draw();
    say(words.thanks);
  });
  $("rating").append(h("p", {}, words.rate), stars, form);
}
