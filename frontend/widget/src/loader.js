// The script a site puts on its pages: a button and an isolated frame, nothing else. Its only global is `Hilo`.
// Must never read the page beyond its address and title, set a cookie, or take the page's styles.

(() => {
  const script = document.currentScript;
  const source = script && /^(https?:\/\/[^/]+)\/widget\/v1\/([a-z0-9_-]+)\.js/.exec(script.src);
  const early = window.Hilo;
  if (!source || (early && early.open)) return;
  const [, origin, key] = source;
  const settings = script.dataset;

  const PANEL = { width: 384, height: 640, gap: 20, button: 56 };
  const narrow = matchMedia("(max-width: 639px)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const side = settings.position === "left" ? "left" : "right";
  const held = [];
  let frame, host, button, badge, label;
  let ready = false;
  let isOpen = false;

  // Set one by one and marked important: the page's own rules must not reach in, and its CSP has no say here.
  function style(node, rules) {
    for (const [name, value] of Object.entries(rules)) node.style.setProperty(name, value, "important");
  }

  function tell(message) {
    if (ready) frame.contentWindow.postMessage({ hilo: 1, ...message }, origin);
    else held.push(message);
  }

  const page = () => ({ type: "page", url: location.href, title: document.title, referrer: document.referrer });

  function place() {
    const full = narrow.matches;
    style(frame, {
      all: "initial",
      position: "fixed",
      "z-index": "2147483001",
      border: "0",
      "color-scheme": "normal",
      background: "transparent",
      bottom: full ? "0" : `${PANEL.gap + PANEL.button + 12}px`,
      [side]: full ? "0" : `${PANEL.gap}px`,
      width: full ? "100%" : `${PANEL.width}px`,
      height: full ? "100dvh" : `min(${PANEL.height}px, calc(100dvh - ${PANEL.button + 3 * PANEL.gap}px))`,
      "border-radius": full ? "0" : "12px",
      "box-shadow": full ? "none" : "0 8px 32px rgba(0, 0, 0, 0.24)",
      visibility: isOpen ? "visible" : "hidden",
      opacity: isOpen ? "1" : "0",
      transition: still.matches ? "none" : "opacity 120ms ease-out",
    });
    style(host, { display: isOpen && full ? "none" : "block" });
  }

  function show(open, fromKeyboard) {
    if (open === isOpen) return;
    isOpen = open;
    place();
    button.setAttribute("aria-expanded", String(open));
    tell({ type: open ? "opened" : "closed" });
    if (open) frame.focus();
    else if (fromKeyboard) button.focus();
  }

  // In a tree of its own: pages have rules for every `button`, `span` and `svg`, and for what stands before and after them.
  const SHEET = `:host::before, :host::after { content: none !important }
    button { all: unset; box-sizing: border-box; display: flex; align-items: center; justify-content: center; width: 100%; height: 100%; border-radius: 50%; cursor: pointer; box-shadow: 0 4px 16px rgba(0, 0, 0, 0.24) }
    button:focus { outline: 3px solid #fff; outline-offset: -5px }
    span { position: absolute; top: -4px; right: -4px; min-width: 20px; padding: 0 6px; box-sizing: border-box; font: 600 12px/20px system-ui, sans-serif; text-align: center; color: #fff; background: #c4262e; border-radius: 10px }
    span:empty { display: none }`;

  function makeButton() {
    host = document.createElement("div");
    host.id = "hilo-button";
    style(host, {
      all: "initial",
      position: "fixed",
      "z-index": "2147483000",
      bottom: `${PANEL.gap}px`,
      [side]: `${PANEL.gap}px`,
      width: `${PANEL.button}px`,
      height: `${PANEL.button}px`,
    });
    button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    badge = document.createElement("span");
    badge.setAttribute("aria-hidden", "true");
    button.append(icon(), badge);
    button.addEventListener("click", () => show(!isOpen, true));
    const root = host.attachShadow({ mode: "open" });
    // Made by script: the page's CSP has no say here either.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    root.adoptedStyleSheets = [sheet];
    root.append(button);
  }

  // A bubble with a thread in it.
  function icon() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const attributes = { viewBox: "0 0 24 24", width: 28, height: 28, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M4 5h16v11H10l-5 4v-4H4zM8 9v3.5M12 8.5h4M12 12.5h3");
    svg.append(path);
    return svg;
  }

  function heard({ origin: from, source: sender, data }) {
    if (from !== origin || sender !== frame.contentWindow || !data || data.hilo !== 1) return;
    if (data.type === "ready") {
      label = String(data.label);
      button.setAttribute("aria-label", label);
      style(button, { background: data.color, color: data.ink });
      if (!ready && settings.button !== "none") document.body.append(host);
      ready = true;
      for (const message of held.splice(0)) tell(message);
    } else if (data.type === "unread") {
      const count = Number(data.count) || 0;
      badge.textContent = !count || isOpen ? "" : count > 99 ? "99+" : String(count);
      button.setAttribute("aria-label", count ? `${label} (${count})` : label);
    } else if (data.type === "close") {
      show(false, true);
    }
  }

  function start() {
    makeButton();
    frame = document.createElement("iframe");
    frame.id = "hilo-frame";
    frame.title = "Chat";
    frame.allow = "clipboard-write; microphone";
    const locale = settings.locale || document.documentElement.lang || "";
    frame.src = `${origin}/widget/v1/${key}/frame?${new URLSearchParams({ origin: location.origin, locale })}`;
    place();
    narrow.addEventListener("change", place);
    addEventListener("message", heard);
    document.body.append(frame);
    tell(page());
    addEventListener("popstate", () => tell(page()));
    const { userId, hash, name, email, phone } = settings;
    if (userId && hash) api.identify({ user_id: userId, hash, name, email, phone });
    if (settings.open === "true") api.open();
    for (const [method, ...args] of Array.isArray(early) ? early : []) api[method]?.(...args);
  }

  const api = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!isOpen),
    /** `{user_id, hash, name?, email?, phone?}`, signed by the site's server. */
    identify: (identity) => tell({ type: "identify", identity }),
    /** Forgets the visitor, as when somebody signs out of the site. */
    reset: () => tell({ type: "reset" }),
    /** For pages that change their address without loading. */
    page: () => tell(page()),
    /** Takes what was queued before the script arrived: `Hilo.push(["identify", {...}])`. */
    push: ([method, ...args]) => api[method]?.(...args),
  };
  window.Hilo = new Proxy(api, {
    // Calls before the page is there wait until it is.
    get: (target, name) => (frame || !target[name] ? target[name] : (...args) => queue.push([name, ...args])),
  });
  const queue = [];
  const begin = () => {
    start();
    for (const call of queue.splice(0)) api.push(call);
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
})();
