/* What an assistant has said below each answer from its documents, such as that it is no medical advice. */
import { data, languageOf } from "../page/page.js";

/** In the answer's language, whatever the page's is; "" where there is none. */
export function noticeBelow(slug, { generation, text }) {
  if (generation?.outcome !== "answered") return "";
  const notice = data.assistants.find((assistant) => assistant.slug === slug)?.notice;
  return notice?.[languageOf(text) === "en" ? "en" : "zh"] ?? "";
}
