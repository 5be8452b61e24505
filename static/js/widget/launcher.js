/*
 * Parley on another site: the button in the corner, and the frame that it opens. One classic script without imports;
 * it leaves one name on the page, `parley`, and keeps its styles in a shadow root.
 *
 *   <script async src="https://parley.example/widget.js" data-inbox="…"></script>
 *   (window.parley ||= []).push(["setUser", token]);   // before it has loaded, and after
 */
(() => {
  const { src, dataset } = document.currentScript;
  const base = new URL(src).origin;
  const { inbox } = dataset;
  const queued = window.parley ?? [];
  if (!Array.isArray(queued)) return; // it is here already

  const SCHEMES = ["light", "dark", "auto"];
  /** What the frame says, with the kinds of its fields; what is said to it stands in static/js/widget/messages.js. */
  const SHAPES = {
    here: {},
    ready: { named: "boolean", name: "string" },
    close: {},
    unread: {},
    needsUser: {},
    refused: { code: "string", message: "string" },
  };
  const listeners = new Map(["ready", "open", "close", "user", "refused", "needsUser", "unread"].map((name) => [name, new Set()]));
  const waiting = []; // what is said before the frame can hear it
  let language = short(document.documentElement.lang || navigator.language);
  let scheme = "auto";
  let user = null; // the site's newest token
  let isHeard = false;
  let isOpen = false;
  let view = null; // what is on the page, as soon as its look is known
  let wantsFrame = false;

  function short(tag) {
    return String(tag).toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  function emit(name, detail = {}) {
    for (const listener of listeners.get(name)) listener(detail);
  }

  function listenersOf(name) {
    if (!listeners.has(name)) throw new TypeError(`parley has these events: ${[...listeners.keys()].join(", ")}`);
    return listeners.get(name);
  }

  function say(type, fields = {}) {
    const message = { parley: 1, type, ...fields };
    if (isHeard) view.frame.contentWindow.postMessage(message, base);
    else waiting.push(message);
  }

  function isOurs(data) {
    if (typeof data !== "object" || data?.parley !== 1 || !Object.hasOwn(SHAPES, data.type)) return false;
    const fields = SHAPES[data.type];
    const names = Object.keys(data).filter((name) => name !== "parley" && name !== "type");
    return names.length === Object.keys(fields).length && names.every((name) => typeof data[name] === fields[name]);
  }

  const heard = {
    /** For the first time or anew: the frame hears from now on. A hidden one's "load" may never come. */
    here() {
      isHeard = true;
      say("hello", { scheme });
      for (const { type, parley, ...fields } of waiting.splice(0)) say(type, fields);
    },
    ready({ named, name }) {
      if (isOpen) say("shown");
      if (user) say("user", { token: user });
      emit("ready");
      if (named) emit("user", { name });
    },
    close,
    unread() {
      view.mark(!isOpen);
      emit("unread");
    },
    needsUser: () => emit("needsUser"),
    refused: ({ code, message }) => emit("refused", { code, message }),
  };

  addEventListener("message", ({ data, origin, source }) => {
    if (origin === base && view?.frame && source === view.frame.contentWindow && isOurs(data)) heard[data.type](data);
  });

  /** The frame is loaded when it is needed, not with the page. */
  function load() {
    wantsFrame = true;
    if (!view) return;
    isHeard = false;
    view.load(`${base}/widget/${inbox}/?language=${language}`);
  }

  function open() {
    isOpen = true;
    if (!wantsFrame) load();
    view?.show(true);
    view?.mark(false);
    say("shown");
    emit("open");
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    view?.show(false);
    say("hidden");
    emit("close");
  }

  const api = {
    open,
    close,
    toggle: () => (isOpen ? close() : open()),
    /** `token`: what the site's server has signed for whoever is signed in there. */
    setUser(token) {
      if (typeof token !== "string" || !token) throw new TypeError("parley.setUser takes the token, a text");
      user = token;
      if (!wantsFrame) load(); // behind the closed button, as the token does not live long
      else if (isHeard) say("user", { token });
    },
    /** "en" or "zh". */
    setLanguage(tag) {
      if (short(tag) === language) return;
      language = short(tag);
      view?.label(language);
      if (wantsFrame) load();
    },
    /** "light", "dark" or "auto". */
    setColorScheme(wanted) {
      if (!SCHEMES.includes(wanted)) throw new TypeError(`parley.setColorScheme takes ${SCHEMES.join(", ")}`);
      scheme = wanted;
      say("scheme", { scheme });
    },
    /** Whoever was signed in has left: ends the session, also one that is left from the page before. */
    reset() {
      user = null;
      if (!wantsFrame) load();
      say("reset");
    },
    on: (name, listener) => void listenersOf(name).add(listener),
    off: (name, listener) => void listenersOf(name).delete(listener),
    push: (...calls) => calls.forEach(([name, ...values]) => api[name](...values)),
  };

  const STYLE = `
    :host { all: initial; position: fixed; z-index: 2147483000; bottom: 20px; }
    .panel { position: fixed; bottom: 92px; display: none; box-sizing: border-box; width: 400px; max-width: calc(100vw - 40px);
      height: min(680px, calc(100vh - 112px)); height: min(680px, calc(100dvh - 112px)); overflow: hidden;
      border-radius: 16px; background: Canvas; box-shadow: 0 0 0 1px #8883, 0 12px 40px #0004; }
    .panel.open { display: block; animation: rise 160ms ease-out; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .launcher { display: flex; gap: 8px; align-items: center; box-sizing: border-box; min-width: 56px; height: 56px;
      padding: 0 16px; border: 0; border-radius: 28px; background: var(--accent); color: var(--ink); cursor: pointer;
      font: 500 16px/1.2 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
      box-shadow: 0 2px 12px #0003; position: relative; transition: filter 120ms ease-out; }
    .launcher:hover { filter: brightness(1.08); }
    .launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    svg { flex: none; width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round;
      stroke-linecap: round; }
    .open ~ .launcher .talk, .open ~ .launcher .label, .launcher .shut, .label:empty { display: none; }
    .open ~ .launcher .shut { display: block; }
    .unread::after { content: ""; position: absolute; top: 2px; right: 2px; width: 12px; height: 12px; border-radius: 50%;
      background: #c0271c; border: 2px solid #fff; }
    @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
    @media (max-width: 600px), (max-height: 480px) {
      .panel { inset: 0 !important; width: 100vw; max-width: none; height: 100vh; height: 100dvh; border-radius: 0; }
      .panel.open ~ .launcher { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .panel.open { animation: none; } .launcher { transition: none; } }
    @media print { :host { display: none; } }`;
  const DRAWN = `<div class="panel" role="dialog" id="panel"></div>
    <button class="launcher" type="button" aria-controls="panel">
      <svg class="talk" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V12a2 2 0 0 1-2 2H9l-4 3v-3a2 2 0 0 1-2-2z"/></svg>
      <svg class="shut" viewBox="0 0 20 20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15"/></svg>
      <span class="label"></span></button>`;

  /** Puts the button on the page. `look`: accent, ink, side, and the words in each language. */
  function draw(look) {
    const host = document.createElement("div");
    host.id = "parley-widget";
    host.setAttribute("role", "complementary");
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // unlike a <style>, no site's policy can forbid it
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(document.createRange().createContextualFragment(DRAWN));
    const [panel, button] = [shadow.querySelector(".panel"), shadow.querySelector(".launcher")];
    host.style.setProperty("--accent", look.accent);
    host.style.setProperty("--ink", look.ink);
    for (const element of [host, panel]) element.style[look.side] = "20px";
    button.addEventListener("click", api.toggle);
    let words = look.words[language];

    function tell(opened) {
      button.setAttribute("aria-expanded", opened);
      button.setAttribute("aria-label", opened ? words.close : words.open);
    }

    const drawn = {
      frame: null,
      load(address) {
        if (!drawn.frame) {
          drawn.frame = document.createElement("iframe");
          drawn.frame.allow = "clipboard-write";
          drawn.frame.title = words.title;
          drawn.frame.src = address;
          panel.append(drawn.frame);
        } else drawn.frame.src = address;
      },
      show(opened) {
        const hadFocus = document.activeElement === host;
        panel.classList.toggle("open", opened);
        tell(opened);
        if (opened && document.hasFocus()) drawn.frame.focus(); // never away from where somebody types
        else if (hadFocus) button.focus();
      },
      mark: (unread) => button.classList.toggle("unread", unread),
      label(tag) {
        words = look.words[tag];
        host.lang = tag;
        shadow.querySelector(".label").textContent = words.label;
        for (const element of [host, panel]) element.setAttribute("aria-label", words.title);
        if (drawn.frame) drawn.frame.title = words.title;
        tell(isOpen);
      },
    };
    drawn.label(language);
    document.body.append(host);
    return drawn;
  }

  async function start() {
    const response = await fetch(`${base}/widget/${inbox}/look/`, { credentials: "omit" });
    if (!response.ok) throw new Error(`the answer was ${response.status}`);
    const look = await response.json();
    if (document.readyState === "loading") await new Promise((ready) => document.addEventListener("DOMContentLoaded", ready));
    view = draw(look);
    if (wantsFrame) load();
    if (isOpen) view.show(true);
  }

  window.parley = api;
  api.push(...queued);
  start().catch((error) => console.warn(`parley: the widget ${inbox} cannot be shown on ${location.origin}.`, error.message));
})();
