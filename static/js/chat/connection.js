/* Says when there is no connection, but not for one that is back in a moment. */
import { one } from "./dom.js";
import { t } from "./page.js";

const PATIENCE = 1500; // ms

export function createConnectionNote() {
  const note = one("[data-connection]");
  let timer = 0;
  let isConnected = true;

  /** What an answer is doing cannot be known meanwhile: its line is hidden. */
  function show(words) {
    note.textContent = words;
    note.hidden = !words;
    document.documentElement.toggleAttribute("data-offline", Boolean(words));
  }

  function tell() {
    clearTimeout(timer);
    timer = 0;
    if (!navigator.onLine) show(t("offline_here")); // the socket learns of it much later
    else if (isConnected) show("");
    else timer = setTimeout(() => show(t("offline")), note.hidden ? PATIENCE : 0);
  }

  addEventListener("offline", tell);
  addEventListener("online", tell);
  return (connected) => {
    if (connected === isConnected) return;
    isConnected = connected;
    tell();
  };
}
