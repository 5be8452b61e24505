/*
 * The visitor's session: a token in this tab's sessionStorage, which browsers keep apart for each site around the
 * frame, and no cookie. There is none before the first question, unless the site says who its visitor is. Where the
 * browser forbids storage in frames, the frame's own name holds it, which nobody else can read and a reload keeps.
 */
import { drafts } from "../chat/conversation/drafts.js";
import { data } from "../chat/page/page.js";

const { inbox } = data.widget;
const ADDRESS = `/widget/${inbox}/session/`;
const KEY = `widget:${inbox}`;

let kept = read();
let opening = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return window.name.startsWith("{") ? JSON.parse(window.name) : null;
  }
}

function keep(value) {
  kept = value;
  const text = value ? JSON.stringify(value) : "";
  try {
    sessionStorage.setItem(KEY, text || "null");
  } catch {
    window.name = text;
  }
}

const language = () => (document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en");
const headers = (token) => ({ "Accept-Language": language(), ...(token ? { Authorization: `Visitor ${token}` } : {}) });

async function open(identity) {
  const response = await fetch(ADDRESS, {
    method: "POST",
    headers: { ...headers(), Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify({ identity }),
    credentials: "omit",
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(body.error?.message ?? response.statusText), { code: body.error?.code ?? "error" });
  keep({ token: body.token, name: body.name, identity: identity && seal(identity), shown: null });
}

/** The signature of the site's token: enough to know it again. */
const seal = (identity) => identity.split(".").at(-1);

function end() {
  const { token } = kept ?? {};
  keep(null);
  drafts.forget(); // for nobody else's eyes
  return token ? fetch(ADDRESS, { method: "DELETE", headers: headers(token), credentials: "omit", keepalive: true }) : null;
}

export const session = {
  isOpen: () => Boolean(kept),
  isNamed: () => Boolean(kept?.identity),
  name: () => kept?.name ?? "",
  shown: () => kept?.shown ?? null,
  /** The conversation that is shown, for the next loading of the frame. */
  show: (id) => kept && keep({ ...kept, shown: id }),
  /** Whether the site's token has opened this session. */
  isOf: (identity) => kept?.identity === seal(identity),
  openFor: open,
  end,
};

/** How the chat's modules show whose frame this is. */
export const access = {
  socket: "/ws/widget/",
  /** A socket may open behind the session's end: the server knows nobody by the empty token. */
  hello: () => ({ type: "hello", token: kept?.token ?? "", language: language() }),
  async request() {
    await access.ready();
    return { headers: headers(kept.token), credentials: "omit" };
  },
  isReady: () => Boolean(kept),
  async ready() {
    if (kept) return;
    opening ??= open(null).finally(() => (opening = null));
    await opening;
  },
  ended() {
    keep(null);
    drafts.forget();
    location.reload();
  },
};
