/* A passage of a written text is written anew: select it, say how, and a new version holds only that change. */
import { h, icon } from "../page/dom.js";
import { watchComposition } from "../page/ime.js";
import { languageOf, t } from "../page/page.js";
import { placeOf, selectedIn } from "./passage.js";

const LONGEST = 160; // characters of the passage that the form shows

/**
 * `send({ start, end, instruction })` has the passage written. Without a selection it is about the whole text.
 * `change`: one that was refused, to be sent again.
 */
export function createRevision({ prose, text, change, send }) {
  const open = h("button", { class: "button small", type: "button", onclick: begin }, icon("compose"), t("revise"));
  const passage = h("blockquote", {});
  const field = h("textarea", { rows: 2, maxlength: 4000, "aria-label": t("revise_how"), placeholder: t("revise_how") });
  const form = h("form", { class: "revision-form", hidden: true, onsubmit: submit }, passage, field, h("div", { class: "line" },
    h("button", { class: "button small primary" }, t("revise_send")),
    h("button", { class: "button small quiet", type: "button", onclick: end }, t("cancel"))));
  const here = h("button", { class: "button small revise-here", type: "button", hidden: true, onclick: begin }, icon("compose"), t("revise_this"));
  const element = h("div", { class: "revision" }, open, form, here);
  const isComposing = watchComposition(field);
  let range = null; // what was selected last: a press of the button may take the selection away
  let place = null;

  function selected() {
    if (!element.isConnected) {
      document.removeEventListener("selectionchange", selected);
      return;
    }
    const now = form.hidden ? selectedIn(prose) : null;
    here.hidden = !now;
    if (!now) return;
    range = now.cloneRange();
    const at = now.getBoundingClientRect();
    const within = here.offsetParent.getBoundingClientRect();
    here.style.insetBlockStart = `${at.bottom - within.top + 6}px`;
    here.style.insetInlineStart = `${Math.max(0, Math.min(at.left - within.left, within.width - here.offsetWidth))}px`;
  }

  function begin() {
    show(range ? placeOf(range, prose, text) : { start: 0, end: text.length });
    if (range) mark(range);
    field.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  function show({ start, end: last }) {
    place = { start, end: last };
    const words = text.slice(place.start, place.end);
    passage.textContent = words === text ? t("revise_whole") : shortened(words);
    passage.lang = languageOf(passage.textContent);
    here.hidden = open.hidden = true;
    form.hidden = false;
  }

  function end() {
    mark(null);
    range = null;
    form.hidden = true;
    open.hidden = false;
    open.focus();
  }

  function submit(event) {
    event.preventDefault();
    const instruction = field.value.trim();
    if (!instruction) return;
    mark(null);
    send({ ...place, instruction });
  }

  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
    if (event.key === "Enter" && !event.shiftKey && !isComposing(event)) submit(event);
  });
  document.addEventListener("selectionchange", selected);
  if (change) {
    field.value = change.instruction;
    show(change);
  }
  return element;
}

/** Keeps the passage marked while the field has the focus, where the browser can. */
function mark(range) {
  if (!globalThis.Highlight) return;
  if (range) CSS.highlights.set("passage", new Highlight(range));
  else CSS.highlights.delete("passage");
}

const shortened = (words) => (words.length > LONGEST ? `${words.slice(0, LONGEST / 2)} … ${words.slice(-LONGEST / 2)}` : words);
