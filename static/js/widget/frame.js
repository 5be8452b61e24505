/* The chat in a site's page: starts it as our own page does, for whoever has the session, and talks to the site. */
import { useAccess } from "../chat/page/access.js";
import { api, data } from "../chat/page/page.js";
import { createLine } from "./messages.js";

const SCHEMES = ["light", "dark"];
const OPEN = "dialog[open], details.menu[open], :popover-open"; // what Escape closes first
const root = document.documentElement;
const closeButton = document.querySelector("[data-widget-close]");
const field = document.querySelector("[data-question]");
const live = document.querySelector("[data-live]");

/** `access` and `session` are those of session.js, or stand in for them. */
export async function startFrame({ access, session }) {
  let isShown = false;
  let wasOpen = false; // something that Escape closes, when it was pressed

  useAccess(access);
  data.widget.shown = session.show;
  // before anything is waited for: the site's page says hello as soon as it hears that the frame is here
  const heardBy = { hello, user, scheme: ({ scheme }) => paint(scheme), shown, hidden: () => (isShown = false), reset };
  const say = createLine({ origins: [location.origin, ...data.widget.origins], heard: (type, message) => heardBy[type](message) });

  /** What the session's visitor asked before; a session that has ended begins anew. */
  async function restore() {
    try {
      data.history = await api("/api/chat/conversations/");
      const id = session.shown();
      if (id) data.conversation = await api(`/api/chat/conversations/${id}/`);
    } catch {
      // deleted elsewhere, or no connection: a new conversation is shown
    }
  }

  function hello({ scheme }) {
    closeButton.hidden = false;
    paint(scheme);
    say("ready", { named: session.isNamed(), name: session.name() });
    if (!session.isOpen() && !data.widget.anonymous) say("needsUser");
  }

  /** Whoever was here before is gone from this page when another is named. */
  async function user({ token }) {
    if (session.isOf(token)) return;
    try {
      const before = session.isOpen() ? session.end() : null;
      await Promise.allSettled([before]);
      await session.openFor(token);
      location.reload();
    } catch ({ code, message }) {
      say("refused", { code, message });
    }
  }

  async function reset() {
    await Promise.allSettled([session.end()]);
    location.reload();
  }

  function shown() {
    isShown = true;
    if (!data.trial || document.hasFocus()) field.focus(); // a preview takes none from the form beside it
  }

  closeButton.addEventListener("click", () => say("close"));

  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") wasOpen = Boolean(document.querySelector(OPEN));
  }, { capture: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !wasOpen && !event.isComposing) say("close");
  });

  // what a screen reader would be told is what the closed button has to show
  new MutationObserver(() => !isShown && live.textContent && say("unread")).observe(live, { childList: true });

  if (session.isOpen()) await restore();
  const typed = field.value; // before the chat was there to take it
  await import("../chat/main.js");
  if (typed && !field.value) {
    field.value = typed;
    field.dispatchEvent(new Event("input"));
  }
}

function paint(scheme) {
  if (SCHEMES.includes(scheme)) root.dataset.theme = scheme;
  else delete root.dataset.theme;
}
