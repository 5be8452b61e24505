/* Two thumbs below an answer; the second asks what was wrong, and takes a few words. */
import { h, icon } from "../page/dom.js";
import { watchComposition } from "../page/ime.js";
import { api, t } from "../page/page.js";
import { toast } from "../page/toast.js";

const REASONS = ["wrong", "incomplete", "beside", "unclear", "other"];
const address = ({ generation }) => `/api/chat/answers/${generation.id}/rating/`;

/** The two buttons and the form below them; `rated(rating)` is told what the server keeps. */
export function createRating(answer, rated) {
  let rating = answer.generation.rating ?? null;
  let kept = rating; // by the server
  let before = Promise.resolve(); // what it has been told
  const good = thumb("thumb-up", t("helpful"), 1);
  const bad = thumb("thumb-down", t("not_helpful"), -1);
  const form = h("form", { class: "rating-form", hidden: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep({ value: -1, reason: form.elements.reason?.value ?? "", comment: form.elements.comment.value.trim() }, t("rating_thanks"));
    close();
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());

  function close() {
    form.hidden = true;
    bad.focus();
  }

  function thumb(image, label, value) {
    return h("button", { class: "icon-button small", type: "button", "aria-label": label, title: label, "aria-pressed": String(rating?.value === value), onclick: () => press(value) }, icon(image));
  }

  function press(value) {
    const again = rating?.value === value;
    form.hidden = again || value === 1;
    if (again) clear();
    else keep({ value, reason: "", comment: "" });
    if (!form.hidden) fill();
  }

  function fill() {
    const comment = h("textarea", { name: "comment", rows: 2, maxlength: 1000, placeholder: t("rating_comment"), "aria-label": t("rating_comment") });
    const isComposing = watchComposition(comment);
    comment.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.replaceChildren(
      h("fieldset", { class: "rating-reasons" },
        h("legend", {}, t("rating_why")),
        ...REASONS.map((reason) => h("label", { class: "chip" }, h("input", { type: "radio", name: "reason", value: reason }), t(`reason_${reason}`)))),
      comment,
      h("div", { class: "line" },
        h("button", { class: "button small primary" }, t("send_rating")),
        h("button", { class: "button small quiet", type: "button", onclick: close }, t("close"))));
    form.querySelector("input").focus();
    form.scrollIntoView({ block: "nearest", behavior: "instant" }); // all of it, not only what has the focus
  }

  function show(next) {
    rating = next;
    good.setAttribute("aria-pressed", rating?.value === 1);
    bad.setAttribute("aria-pressed", rating?.value === -1);
    rated(rating);
  }

  /** Shown at once, taken back when the server will not have it. One after the other: the last word is the last it hears. */
  async function tell(next, request, thanks = "") {
    show(next);
    const told = before.then(() => api(address(answer), request));
    before = told.catch(() => {});
    try {
      await told;
      kept = next;
      if (thanks) toast(thanks);
    } catch {
      if (rating === next) show(kept);
      toast(t("rating_failed"));
    }
  }

  const keep = (next, thanks) => tell(next, { method: "PUT", body: next }, thanks);
  const clear = () => tell(null, { method: "DELETE" });

  return { buttons: [good, bad], form };
}
