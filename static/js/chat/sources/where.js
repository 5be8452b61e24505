/* On which pages or slides of its document a source stands, or in which rows of its table. */
import { t } from "../page/page.js";

/** "" where it has neither. */
export function whereIn({ page, pages, rows, slides }) {
  if (rows) return range("row", "rows", rows);
  if (!page) return "";
  return slides ? range("slide", "slides", pages ?? [page, page]) : range("page", "pages", pages ?? [page, page]);
}

function range(one, several, [first, last]) {
  return t(first === last ? one : several, { first, last });
}
