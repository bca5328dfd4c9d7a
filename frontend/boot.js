// Before the program is here: the theme and the language chosen in this browser, then the program itself. And the sound
// of a message, which is shorter here than there.
"use strict";
(() => {
  const here = document.currentScript;
  const root = document.documentElement;
  const words = {
    en: ["Hilo could not be loaded. Check the connection.", "Reload"],
    es: ["No se ha podido cargar Hilo. Comprueba la conexión.", "Recargar"],
    pl: ["Nie udało się wczytać Hilo. Sprawdź połączenie.", "Odśwież"],
    fr: ["Hilo n’a pas pu être chargé. Vérifiez la connexion.", "Recharger"],
  };
  let theme = null;
  let language = null;
  try {
    theme = localStorage.getItem("hilo.theme");
    language = localStorage.getItem("hilo.language");
  } catch {
    // A browser that keeps nothing shows the system's theme and its own language.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const wished = [language, ...navigator.languages].map((tag) => (tag || "").slice(0, 2)).find((tag) => tag in words);
  root.lang = wished || "en";
  // Only the language in use is loaded, beside the program; another one when it is chosen.
  const learnt = fetch(here.getAttribute("data-words-" + root.lang)).then((answer) => answer.json());
  // The sound of a message: two short notes, in hertz and seconds after one another, made once. No file is loaded.
  let audio, notes, heard;
  const tune = () => {
    if (audio) return;
    audio = new AudioContext();
    const rate = audio.sampleRate;
    notes = audio.createBuffer(1, rate * 0.21, rate);
    const samples = notes.getChannelData(0);
    for (const [pitch, begin] of [[660, 0], [880, 0.09]]) {
      for (let index = 0; index < samples.length; index++) {
        const at = index / rate - begin;
        const loud = Math.max(0, Math.min(at / 0.02, (0.12 - at) / 0.1)) * 0.06;
        samples[index] += loud * Math.sin(2 * Math.PI * pitch * at);
      }
    }
    audio.suspend();
  };
  // The first sound takes a tenth of a second to prepare: that is done while nothing else goes on, once the browser
  // allows sound. Between two sounds the device rests.
  const prepare = () => (window.requestIdleCallback ?? setTimeout)(tune);
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, prepare, { once: true });
  // Messages that come together are heard together, and are drawn first.
  window.hiloSound = () => {
    heard ??= setTimeout(async () => {
      tune();
      setTimeout(() => (heard = undefined), 2000);
      const wanted = performance.now();
      await audio.resume();
      // Where sound is not allowed yet this is the first click, and the message an old one.
      if (performance.now() - wanted > 2000) return audio.suspend();
      const source = audio.createBufferSource();
      source.buffer = notes;
      source.connect(audio.destination);
      source.onended = () => audio.suspend();
      source.start();
    }, 30);
  };
  Promise.all([import(here.dataset.program), learnt])
    .then(([program, list]) => {
      window.hiloWords = list;
      return program.default({ module_or_path: here.dataset.wasm });
    })
    .catch((error) => {
      console.error(error);
      const boot = document.getElementById("boot");
      if (!boot) return;
      const [text, reload] = words[root.lang];
      const link = document.createElement("a");
      link.href = "";
      link.textContent = reload;
      boot.replaceChildren(text + " ", link);
    });
})();
