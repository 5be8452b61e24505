/* The document of a passage, opened at the passage: a page of the web at its words, a PDF at its page. */
import { h, icon } from "../page/dom.js";
import { t } from "../page/page.js";

const LONGEST = 200; // characters that a browser looks for in a page of the web
const CLAUSE = /[\s，。；：！？,;:.!?]/;
const MARKER = /^(?:[-*•–]|\d{1,3}[.)])\s+/; // a page's own list draws it, and it is no text there

/** Its name; a link where the reader may open it, at the `page`. `words`: what was quoted, as the passage has it. */
export function documentName(passage, page, words) {
  const name = passage.document;
  const isPdf = Boolean(page) && !/\.pptx$/i.test(name);
  const address = /^https?:/.test(passage.address ?? "") ? passage.address : passage.original;
  if (!address) return h("span", {}, name);
  const isKept = address === passage.original && !isPdf;
  const label = isPdf ? t("open_page", { document: name, page }) : t(isKept ? "keep_document" : "open_document", { document: name });
  const href = isPdf ? `${address}#page=${page}` : isKept ? address : address + fragmentOf(address, words);
  const opened = isKept ? { download: true } : { target: "_blank", rel: "noopener noreferrer" };
  return h("a", { class: "passage-open", href, ...opened, title: label, "aria-label": label }, name, icon(isKept ? "download" : "open"));
}

/** The pages of a quote; but its document may have been imported anew since, and the passage stand elsewhere now. */
export function pagesOf({ page, pages }, source) {
  const [first, last] = pages ?? [page, page];
  return source.page >= first && source.page <= last ? source : { page, pages };
}

/** What makes a browser go to these words and mark them; one that does not know it shows the page from its top. */
function fragmentOf(address, words) {
  const line = (words ?? "").trim().split("\n", 1)[0].replace(MARKER, "");
  if (!line || line.startsWith("```")) return "";
  let end = Math.min(line.length, LONGEST);
  while (end < line.length && end > 0 && !CLAUSE.test(line[end])) end -= 1;
  const text = encodeURIComponent(line.slice(0, end || LONGEST).trim()).replaceAll("-", "%2D");
  return `${address.includes("#") ? "" : "#"}:~:text=${text}`;
}
