/* The passage of a source in its document: beside the conversation where there is room, else a sheet over it. */
import { copyableCode } from "../text/code.js";
import { coded } from "../text/coded.js";
import { h, icon, one } from "../page/dom.js";
import { documentName, pagesOf } from "./original.js";
import { api, languageOf, t } from "../page/page.js";
import { placesOf, quotesOf, rangesOf } from "./quotes.js";
import { whereIn } from "./where.js";

const BESIDE = matchMedia("(width >= 1100px)");

/** `quotes()` says whether excerpts are what was quoted, which may be said in other words: a row of a table is. */
export function createPanel(quotes) {
  const panel = one("[data-panel]");
  const title = one("[data-panel-title]");
  const body = one("[data-panel-body]");
  let opener = null;
  let shown = null; // the passage that is wanted: late answers about others are dropped

  async function open(source, answerText, from) {
    opener = from;
    shown = source.passage;
    title.textContent = source.title;
    body.replaceChildren(h("div", { class: "skeleton", "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i")));
    reveal();
    try {
      const passage = await passageOf(source);
      if (shown === source.passage) show(passage, source, [...quotesOf(answerText, source.number), ...(source.excerpt && quotes() ? [source.excerpt] : [])]);
    } catch (error) {
      if (shown === source.passage) showFailure(error, source, answerText, () => open(source, answerText, from));
    }
  }

  function reveal() {
    if (!panel.open) {
      if (BESIDE.matches) panel.show();
      else panel.showModal();
      document.body.classList.add("with-panel");
    }
    title.focus({ preventScroll: true });
  }

  function show(passage, source, quoted) {
    const rows = source.rows ?? passage.rows;
    const sheet = rows && /\.xlsx$/i.test(passage.document) && passage.heading?.split(" › ")[0];
    const { page, pages } = pagesOf(passage, source);
    const where = [sheet, whereIn({ page, pages, rows, slides: passage.slides })].filter(Boolean).join(" · ");
    title.textContent = passage.title;
    body.lang = title.lang = languageOf(passage.text);
    const ranges = rangesOf(passage.text, quoted);
    const marked = h("div", { class: "passage" }, ...coded(passage.text, { ranges }));
    copyableCode(marked);
    body.replaceChildren(...[
      ...belowHeadings(passage.title, [
        [passage.before_heading, passage.before && neighbour(t("before"), passage.before)],
        [passage.heading, marked],
        [passage.after_heading, passage.after && neighbour(t("after"), passage.after)],
      ]),
      passage.document && h("p", { class: "passage-document" }, icon("document"), h("span", { class: "unseen" }, t("document")), documentName(passage, page, ranges.length ? passage.text.slice(...ranges[0]) : ""),
        where && h("span", { class: "figures" }, where)),
    ].filter(Boolean));
    const target = marked.querySelector("mark") ?? marked;
    body.scrollTop = Math.max(0, target.offsetTop - body.offsetTop - body.clientHeight / 3);
  }

  function showFailure(error, source, answerText, again) {
    const gone = error.status === 404;
    body.replaceChildren(
      h("p", { class: "muted" }, error.code === "passage_gone" ? error.message : t(gone ? "passage_gone" : "passage_failed")),
      ...(gone ? placesOf(answerText, source).map((place) => h("blockquote", { class: "passage" }, ...coded(place, { cutOff: true })))
        : [h("button", { class: "button small", type: "button", onclick: again }, t("try_again"))]),
    );
  }

  function closed() {
    shown = null;
    document.body.classList.remove("with-panel");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  one("[data-panel-close]").addEventListener("click", () => panel.close());
  panel.addEventListener("close", closed);
  panel.addEventListener("click", (event) => event.target === panel && panel.matches(":modal") && panel.close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open && !panel.matches(":modal")) panel.close();
  });
  BESIDE.addEventListener("change", () => panel.open && panel.close());

  return { open, close: () => panel.open && panel.close() };
}

/** Of the knowledge base, or else of a file that was brought to the conversation. */
async function passageOf({ passage }) {
  try {
    return await api(`/api/knowledge/passages/${passage}/`);
  } catch (error) {
    const conversation = /^\/c\/([0-9a-f-]{36})\/$/.exec(location.pathname)?.[1];
    if (error.status !== 404 || error.code === "passage_gone" || !conversation) throw error;
    return api(`/api/chat/conversations/${conversation}/passages/${passage}/`);
  }
}

const neighbour = (label, text) => h("div", { class: "neighbour", role: "group", "aria-label": label }, ...coded(text));

/** Parts of a document with each new heading above them: of questions and answers that is the question. */
function belowHeadings(title, parts) {
  let last = title;
  return parts.filter(([, part]) => part).flatMap(([heading, part]) => {
    const isNew = heading && heading !== last;
    last = heading || last;
    return isNew ? [h("h3", {}, heading), part] : [part];
  });
}
