/* Questions that wait until the answer before them is complete. They last as long as the page. */
import { h, icon, one } from "../page/dom.js";
import { t } from "../page/page.js";

export function createQueue() {
  const root = one("[data-queue]");
  const waiting = new Map(); // conversation id -> texts
  let shown = null;

  const own = () => waiting.get(shown) ?? [];

  function render() {
    root.hidden = !own().length;
    root.replaceChildren(...own().map((text, at) => h("li", {},
      h("span", { class: "cut" }, text),
      h("button", { class: "icon-button small", type: "button", "aria-label": t("queue_remove"), title: t("queue_remove"), onclick: () => {
        own().splice(at, 1);
        render();
      } }, icon("close")))));
  }

  return {
    add(text) {
      waiting.set(shown, [...own(), text]);
      render();
    },
    /** The next one, which then waits no more; undefined where there is none. */
    take() {
      const next = own().shift();
      render();
      return next;
    },
    show(conversation) {
      shown = conversation;
      render();
    },
  };
}
