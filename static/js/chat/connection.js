/* Says when there is no connection, but not for one that is back in a moment. */
import { one } from "./dom.js";
import { t } from "./page.js";

const PATIENCE = 1500; // ms

export function createConnectionNote() {
  const note = one("[data-connection]");
  let timer = 0;
  return (connected) => {
    if (connected) {
      clearTimeout(timer);
      timer = 0;
      note.hidden = true;
      return;
    }
    timer ||= setTimeout(() => {
      note.textContent = t("offline");
      note.hidden = false;
    }, PATIENCE);
  };
}
