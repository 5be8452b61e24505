/* A shared conversation: the same text as in the chat, and below each answer what its sources said. */
import { coded } from "./text/coded.js";
import { h, one } from "./page/dom.js";
import { render } from "./text/markdown.js";
import { data, languageOf, t } from "./page/page.js";
import { createPairs, paragraphsOf } from "./text/pairs.js";
import { placesOf } from "./sources/quotes.js";
import { createReply } from "./thread/reply.js";
import { whereIn } from "./sources/where.js";

const VIEWS = { user: question, assistant: answer, person: (message) => createReply({ text: message.text }).element };
const root = one("[data-shared]");

data.messages.forEach((message, at) => {
  root.append(VIEWS[message.role](message, at));
});

function question({ text, left_out: leftOut }) {
  return h("div", { class: "question", lang: languageOf(text) },
    h("span", { class: "unseen" }, `${t("asked")}: `),
    leftOut && h("span", { class: "left-out", lang: data.language }, leftOut),
    h("p", {}, text));
}

/** A translation stands beside its source; null for any other answer. */
function translation(message) {
  const paragraphs = paragraphsOf(message);
  if (!paragraphs) return null;
  const pairs = createPairs(paragraphs);
  pairs.show(message.text, message.notes);
  return pairs.element;
}

function answer(message, at) {
  const { text, sources, notice } = message;
  const fragment = render(text, { cited: new Set(sources.map(({ number }) => number)) });
  for (const place of fragment.querySelectorAll("sup[data-cite]")) {
    const number = place.dataset.cite;
    place.replaceWith(h("a", { class: "cite", href: `#source-${at}-${number}` }, number));
  }
  const prose = h("div", { class: "prose", lang: languageOf(text) });
  prose.append(fragment);
  const list = h("ol", { class: "shared-sources" }, ...sources.map((source) =>
    h("li", { id: `source-${at}-${source.number}`, value: source.number },
      h("strong", {}, [source.title, source.heading !== source.title && source.heading, whereIn(source)].filter(Boolean).join(" · ")),
      ...placesOf(text, source).map((place) => h("blockquote", {}, ...coded(place, { cutOff: true }))))));
  return h("article", { class: "answer" }, translation(message) ?? prose, sources.length ? list : null, notice && h("p", { class: "answer-notice" }, notice));
}
