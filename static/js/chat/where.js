/* On which page of its document a source stands, or in which rows of its table. */
import { t } from "./page.js";

/** "" where it has neither. */
export function whereIn({ page, rows }) {
  if (!rows) return page ? t("page", { number: page }) : "";
  const [first, last] = rows;
  return t(first === last ? "row" : "rows", { first, last });
}
