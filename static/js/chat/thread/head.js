/* Above the thread: what the conversation is about and who answers in it; before the first question, whose page this is. */
import { one, whenChanged } from "../page/dom.js";
import { t } from "../page/page.js";

export function createHead() {
  const bar = one(".chat-bar");
  const heading = one("[data-title]");
  const name = one("[data-with]");

  return {
    render: whenChanged(({ id, title, answers }) => {
      bar.toggleAttribute("data-first", !id);
      heading.textContent = title;
      heading.hidden = !title;
      name.textContent = (id && answers) || "";
      name.hidden = !name.textContent;
      document.title = title ? `${title} · ${t("product")}` : t("product");
    }),
  };
}
