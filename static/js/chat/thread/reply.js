/* What a member of staff replied. */
import { h } from "../page/dom.js";
import { render } from "../text/markdown.js";
import { languageOf, t } from "../page/page.js";

export function createReply({ name, text }) {
  const prose = h("div", { class: "prose", lang: languageOf(text) });
  prose.append(render(text, { cited: new Set() }));
  return {
    element: h("article", { class: "reply" }, h("p", { class: "reply-name" }, name ?? t("person_somebody")), prose),
    update() {}, // a reply never changes
    shownText: () => text,
  };
}
