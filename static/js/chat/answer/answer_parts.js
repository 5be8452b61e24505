/* The parts around an answer's text. */
import { copyAnswer } from "./copying.js";
import { h, icon } from "../page/dom.js";
import { data, t } from "../page/page.js";
import { createRating } from "./rating.js";
import { sourceList } from "../sources/sources.js";
import { createVersions } from "./versions.js";

const WELL = 0.85; // of 1; of answers from here on .93 (English) and .94 were right (docs/decisions/0015)
const BROKEN_OFF = new Set(["stopped", "interrupted"]); // what can go on

/** What is happening, in words. */
export function statusText(generation) {
  switch (generation?.step) {
    case "reading":
      return generation.passages === 1 ? t("reading_one") : t("reading_many", { count: generation.passages });
    case "waiting":
    case "loading":
    case "searching":
    case "answering":
      return t(generation.step);
    default:
      return t("queued");
  }
}

/** Why an answer is not whole, and what to do about it; null for a whole one. `does`: { askAgain(), goOn() }. */
export function answerNote({ generation }, does) {
  if (!generation || generation.status === "done") return null;
  const { status } = generation;
  const button = (picture, word, run, kind = "") => h("button", { class: `button small ${kind}`, type: "button", onclick: run }, icon(picture), t(word));
  const goOn = BROKEN_OFF.has(status) && button("go-on", "go_on", does.goOn);
  if (status === "stopped") return h("div", { class: "answer-note line" }, h("p", {}, generation.message || t("stopped")), goOn);
  const words = generation.message || t(generation.refused ? "not_sent" : status);
  return h("div", { class: `notice ${status === "interrupted" ? "warn" : "danger"}`, role: "alert" },
    h("p", {}, words),
    h("div", { class: "line" }, goOn, button("retry", "ask_again", does.askAgain, goOn && "quiet")));
}

/** Sources, how well they fit the question, copying and rating it. */
export function answerFoot(answer, { open, rated, askAgain, showVersion, notice, conversation }) {
  const { generation, sources, text } = answer;
  if (!text) return null;
  const support = supportText(generation);
  const rating = generation && !data.trial && createRating(answer, rated);
  return h("footer", { class: "answer-foot" },
    sources.length > 0 && sourceList(sources, open),
    notice && h("p", { class: "answer-notice" }, notice),
    h("div", { class: "answer-actions" }, support && h("span", { class: "support" }, support), createVersions(answer, showVersion), copyButton(answer), wordLink(answer, conversation), generation && againButton(askAgain), ...(rating?.buttons ?? [])),
    rating?.form);
}

/** Said of answers from documents only: a declined one or a greeting matches nothing. What is quoted stands in the sources anyway, so how likely it answers is what is said. */
function supportText(generation) {
  if (generation?.outcome !== "answered" || generation.confidence == null) return null;
  return t(generation.confidence >= WELL ? "good_match" : "nearest_match");
}

function againButton(askAgain) {
  return h("button", { class: "icon-button small", type: "button", "aria-label": t("answer_again"), title: t("answer_again"), onclick: askAgain }, icon("retry"));
}

/** Where the page's own cookie leads: not from a widget's frame. */
function wordLink({ id, generation }, conversation) {
  if (!generation || !conversation || data.widget || data.trial) return null;
  return h("a", { class: "icon-button small", href: `/c/${conversation}/word/${id}/`, download: true, "aria-label": t("answer_word"), title: t("answer_word") }, icon("download"));
}

function copyButton(answer) {
  const button = h("button", { class: "icon-button small", type: "button", "aria-label": t("copy"), title: t("copy") }, icon("copy"));
  button.addEventListener("click", async () => {
    await copyAnswer(answer);
    button.replaceChildren(icon("check"));
    button.setAttribute("aria-label", t("copied"));
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.setAttribute("aria-label", t("copy"));
    }, 1600);
  });
  return button;
}
