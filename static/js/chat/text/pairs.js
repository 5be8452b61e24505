/* A translation beside its source, paragraph by paragraph; terms that differ from the glossary are named below. */
import { h } from "../page/dom.js";
import { languageOf, t } from "../page/page.js";

/** The paragraphs that the answer translates; null for any other answer. */
export const paragraphsOf = ({ notes }) => notes?.find(({ kind }) => kind === "paragraphs")?.texts ?? null;

/** `paragraphs`: the texts of the source. Call `show` with the whole translation each time, and the answer's notes. */
export function createPairs(paragraphs) {
  const from = languageOf(paragraphs.join("\n"));
  const into = from === "en" ? "zh-Hans" : "en";
  const rows = paragraphs.map((text) => {
    const translation = h("p", { lang: into });
    const terms = h("p", { class: "pair-terms", hidden: true });
    return { translation, terms, element: h("li", {}, h("p", { class: "pair-source", lang: from }, text), h("div", {}, translation, terms)) };
  });
  const element = h("ol", { class: "pairs", "aria-label": t("pairs") }, ...rows.map(({ element: row }) => row));

  function show(text, notes) {
    const parts = text.split("\n\n");
    rows.forEach(({ translation, terms }, at) => {
      if (translation.textContent !== (parts[at] ?? "")) translation.textContent = parts[at] ?? "";
      const missed = notes.find(({ kind, paragraph }) => kind === "terms" && paragraph === at)?.missed ?? [];
      terms.hidden = !missed.length;
      terms.textContent = missed.length ? t("terms_missed", { terms: missed.map(named).join(t("list_comma")) }) : "";
    });
  }

  const named = (term) => (from === "en" ? term : term.toReversed()).join(" → ");

  return { element, show };
}
