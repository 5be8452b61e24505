/* Keys for what is done often, and the sheet that lists them. */
import { h, one } from "./dom.js";
import { watchComposition } from "./ime.js";
import { t } from "./page.js";
import { SHORTCUTS, actionOf, keysOf } from "./shortcut_keys.js";

const FIELDS = "input, textarea, select, [contenteditable]";
const OPEN = "dialog[open], details.menu[open], :popover-open"; // what Escape closes first

/** `actions`: for each name in SHORTCUTS but `help` what it does; false says that there is nothing to do. */
export function createShortcuts(actions) {
  const sheet = one("[data-shortcuts]");
  const isComposing = watchComposition(document);

  one("[data-shortcut-list]").append(...Object.keys(SHORTCUTS).map((action) =>
    h("div", {}, h("dt", {}, t(`key_${action}`)), h("dd", {}, ...keysOf(action).map((key) => h("kbd", {}, key))))));
  one("[data-shortcuts-close]").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  one("[data-shortcuts-open]")?.addEventListener("click", ({ currentTarget }) => {
    const menu = currentTarget.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus(); // where the focus comes back to
    sheet.showModal();
  });

  function isElsewhere(action, target) {
    if (action === "help") return target.closest(FIELDS);
    return action === "stop" && (document.querySelector(OPEN) || (target.closest(FIELDS) && !target.matches("[data-question]")));
  }

  // before anybody else: what is open when Escape is pressed is closed by the time it comes to the document
  document.addEventListener("keydown", (event) => {
    const action = isComposing(event) ? null : actionOf(event);
    if (!action || document.querySelector("dialog:modal") || isElsewhere(action, event.target)) return;
    const done = action === "help" ? sheet.showModal() : actions[action]();
    if (done !== false) event.preventDefault();
  }, { capture: true });
}
