/* Says when there is no connection, but not for one that is back in a moment; and when the session has ended. */
import { h, one } from "../page/dom.js";
import { data, t } from "../page/page.js";

const PATIENCE = 1500; // ms

export function createConnectionNote() {
  const note = one("[data-connection]");
  let timer = 0;
  let isConnected = true;
  let hasEnded = false;
  let isOffline = false; // says the browser, and nothing was heard since: a house's own network may do without the world

  /** What an answer is doing cannot be known meanwhile: its line is hidden. */
  function show(words) {
    if (hasEnded) return;
    note.textContent = words;
    note.hidden = !words;
    document.documentElement.toggleAttribute("data-offline", Boolean(words));
  }

  function tell() {
    clearTimeout(timer);
    timer = 0;
    if (isOffline) show(t("offline_here")); // the socket learns of it much later
    else if (isConnected) show("");
    else timer = setTimeout(() => show(t("offline")), note.hidden ? PATIENCE : 0);
  }

  /** Stays until the page is loaded anew: nothing that is done here reaches the server as this person. */
  addEventListener("session-ended", () => {
    hasEnded = true;
    const link = data.user && h("a", { href: `/accounts/login/?${new URLSearchParams({ next: location.pathname })}` }, t("sign_in"));
    note.replaceChildren(t("session_ended"), " ", link ?? "");
    note.hidden = false;
    document.documentElement.toggleAttribute("data-offline", true);
  });

  function browserSays(offline) {
    isOffline = offline;
    tell();
  }

  addEventListener("offline", () => browserSays(true));
  addEventListener("online", () => browserSays(false));
  return (connected) => {
    if (connected === isConnected && !(connected && isOffline)) return;
    isConnected = connected;
    isOffline &&= !connected;
    tell();
  };
}
