// Voice messages: held down it records until it is let go, tapped it records until it is sent or discarded.
// The browser's recorder writes the file; nothing leaves the page before it is sent.

/** The longest recording, in milliseconds: the server's rule. */
export const LONGEST = 300_000;
/** Shorter than this is a tap, in milliseconds. */
const TAP = 400;
/** Let go so far from the button it is discarded, in pixels. */
const AWAY = 80;
const FORMS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const MICROPHONE = "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3";
const BIN = "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13";
const ARROW = "M4 12h14M12 5l7 7-7 7";

/** As players show it: `0:07`, `5:00`. */
export const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

/** What to do when the button is let go: `keep` recording, `send`, or `discard`. */
export const letGo = (heldFor, distance) => (heldFor < TAP ? "keep" : distance > AWAY ? "discard" : "send");

/** Whether this browser, on this page, can record. */
export const canRecord = () => Boolean(globalThis.MediaRecorder && globalThis.navigator?.mediaDevices?.getUserMedia);

/** Puts the button into the composer; `done(file, duration)` hears a recording, `refused()` that there is no microphone. */
export function record({ composer, before, words, h, picture, done, refused }) {
  let recorder;
  let pieces = [];
  let began = 0;
  let ended = 0;
  let pressedAt = 0;
  let asking = false;
  let ticking;

  const button = h("button", { type: "button", id: "record", class: "icon", title: words.record, "aria-label": words.record }, picture(MICROPHONE));
  const time = h("span", { role: "timer" });
  const discard = h("button", { type: "button", class: "icon", title: words.dropVoice, "aria-label": words.dropVoice, onclick: () => finish("discard") }, picture(BIN));
  const send = h("button", { type: "button", class: "icon", id: "send-voice", title: words.sendVoice, "aria-label": words.sendVoice, onclick: () => finish("send") }, picture(ARROW));
  const bar = h("div", { id: "recording", hidden: true, role: "group", "aria-label": words.recording }, discard, h("i", { "aria-hidden": "true" }), h("span", { role: "status" }), time, send);

  function show(on) {
    bar.hidden = !on;
    composer.classList.toggle("recording", on);
    bar.children[2].textContent = on ? words.recording : "";
    for (const other of composer.children) if (other !== bar) other.inert = on && other !== button;
    button.tabIndex = on ? -1 : 0;
  }

  function tick() {
    const passed = (ended || performance.now()) - began;
    time.textContent = clock(Math.min(passed, LONGEST));
    if (passed >= LONGEST && !ended) stop();
  }

  /** Ends the recording without deciding about it: at the limit it waits to be sent or discarded. */
  function stop() {
    ended = Math.min(performance.now(), began + LONGEST);
    clearInterval(ticking);
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of recorder.stream.getTracks()) track.stop();
  }

  async function start() {
    if (recorder || asking) return;
    asking = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = FORMS.find((form) => MediaRecorder.isTypeSupported(form));
      recorder = new MediaRecorder(stream, { mimeType });
    } catch {
      return refused();
    } finally {
      asking = false;
    }
    pieces = [];
    ended = 0;
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    recorder.start();
    began = performance.now();
    show(true);
    tick();
    ticking = setInterval(tick, 250);
    if (!pressedAt) send.focus();
  }

  function finish(how) {
    if (!recorder) return;
    const used = recorder;
    const over = used.state === "inactive" ? Promise.resolve() : new Promise((go) => used.addEventListener("stop", go, { once: true }));
    if (!ended) stop();
    const duration = Math.round(ended - began);
    recorder = undefined;
    show(false);
    button.focus();
    if (how === "send")
      over.then(() => {
        const type = used.mimeType.split(";")[0] || "audio/webm";
        done(new File(pieces, `${words.voice}.${type.split("/")[1]}`, { type }), duration);
      });
  }

  button.addEventListener("pointerdown", (pressed) => {
    if (pressed.button) return;
    pressedAt = performance.now();
    start();
  });
  // The button may be let go anywhere.
  for (const name of ["pointerup", "pointercancel"])
    document.addEventListener(name, ({ clientX, clientY }) => {
      if (!pressedAt) return;
      const { left, top, width, height } = button.getBoundingClientRect();
      const how = letGo(performance.now() - pressedAt, Math.hypot(clientX - left - width / 2, clientY - top - height / 2));
      pressedAt = 0;
      if (how === "keep" || !recorder) return recorder && send.focus();
      finish(name === "pointercancel" ? "discard" : how);
    });
  // By key, or by a program that presses for a person.
  button.addEventListener("click", ({ detail }) => detail || start());
  bar.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Escape") return;
    pressed.preventDefault();
    finish("discard");
  });
  before.before(button);
  composer.append(bar);
}
