/* Source numbers: chips in the text, the card that a chip shows under the pointer, the list below the answer. */
import { coded } from "../text/coded.js";
import { h, icon, one } from "../page/dom.js";
import { t } from "../page/page.js";
import { placesOf } from "./quotes.js";
import { toast } from "../page/toast.js";
import { whereIn } from "./where.js";

const SHOW_AFTER = 120; // ms, so that a passing pointer opens nothing

const joined = (...parts) => [...new Set(parts)].filter(Boolean).join(" · ");
const whole = (source) => joined(source.title, source.heading, whereIn(source));
const label = (source) => t("source", { number: source.number, title: whole(source) });

/** The section first, because the end of a long line is cut: all of it is shown to who waits above it. */
function place(source, options) {
  const section = source.heading?.split(" › ").at(-1);
  return h("span", { class: "cut", title: whole(source), ...options }, joined(section, source.title));
}

/**
 * Turns `<sup data-cite>` of a rendered text into chips. `find(number)` gives the source, `open(source, chip)` shows it,
 * `text()` is all that is said by then.
 */
export function hydrateCites(fragment, { find, open, text }) {
  for (const place of fragment.querySelectorAll("sup[data-cite]")) {
    const source = find(Number(place.dataset.cite));
    if (source) place.replaceWith(chip(source, open, text));
  }
}

/** A link and not a button: a button is a box that may wrap away from the sentence that it belongs to. */
function chip(source, open, text) {
  const act = (event) => {
    event.preventDefault();
    hideCard();
    open(source, event.currentTarget);
  };
  const element = h("a", {
    class: "cite", href: "#source-panel", role: "button", "aria-haspopup": "dialog", "aria-label": label(source), onclick: act,
    onkeydown: (event) => event.key === " " && act(event),
  }, String(source.number));
  hover(element, source, text);
  return element;
}

/** The row of sources below an answer. */
export function sourceList(sources, open) {
  const rows = sources.map((source) => {
    const button = h("button", { class: "source", type: "button", onclick: () => open(source, button) },
      h("span", { class: "source-number", "aria-hidden": "true" }, String(source.number)),
      h("span", { class: "unseen" }, label(source)),
      place(source, { "aria-hidden": "true" }),
      whereIn(source) && h("span", { class: "source-where figures" }, whereIn(source)));
    return h("li", {}, button);
  });
  return h("ul", { class: "source-list", "aria-label": t("sources") }, ...rows);
}

/** Where the documents come nearest to a question that they do not answer; null where nothing is near. */
export function nearestList({ notes = [] }, open) {
  const places = notes.find(({ kind }) => kind === "nearest")?.places;
  if (!places) return null;
  const rows = places.map((source) => {
    const button = h("button", { class: "source", type: "button", onclick: () => open({ ...source, excerpt: "" }, button) },
      icon("document"), place(source));
    return h("li", {}, button);
  });
  return h("div", { class: "nearest" }, h("p", {}, t("nearest")), h("ul", { class: "source-list" }, ...rows));
}

const card = one("[data-source-card]");
let waiting = 0;

function hover(element, source, text) {
  const show = () => showCard(element, source, text());
  element.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch") waiting = setTimeout(show, SHOW_AFTER);
  });
  element.addEventListener("pointerleave", hideCard);
  element.addEventListener("focus", () => element.matches(":focus-visible") && show());
  element.addEventListener("blur", hideCard);
}

function showCard(element, source, text) {
  if (!element.isConnected) return;
  const heading = joined(source.heading !== source.title && source.heading, whereIn(source));
  card.replaceChildren(...[
    h("p", { class: "source-card-title" }, source.title),
    heading && h("p", { class: "source-card-heading" }, heading),
    ...placesOf(text, source).map((place) => h("div", { class: "source-card-text" }, ...coded(place, { cutOff: true }))),
  ].filter(Boolean));
  card.hidden = false;
  const mark = element.getBoundingClientRect();
  const box = card.getBoundingClientRect();
  const below = mark.bottom + 8; // above would hide the sentence that is being checked
  card.style.insetBlockStart = `${below + box.height < innerHeight - 8 ? below : mark.top - box.height - 8}px`;
  card.style.insetInlineStart = `${Math.max(12, Math.min(mark.left - 24, innerWidth - box.width - 12))}px`;
}

function hideCard() {
  clearTimeout(waiting);
  if (!card.hidden) card.hidden = true;
}

document.addEventListener("keydown", (event) => event.key === "Escape" && hideCard());
one("[data-scroller]").addEventListener("scroll", hideCard, { passive: true });

/** The panel, whose code comes when a source is opened for the first time. `quotes` as `createPanel` has it. */
export function sourcePanel(quotes) {
  let coming = null;

  async function open(...wanted) {
    coming ??= import("./panel.js").then(({ createPanel }) => createPanel(quotes));
    try {
      (await coming).open(...wanted);
    } catch {
      coming = null; // asked for again with the next click
      toast(t("passage_failed"));
    }
  }

  return { open, close: () => coming?.then((panel) => panel.close(), () => {}) };
}
