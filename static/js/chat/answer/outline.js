/* The sections of a long text: which are written, which is being written, which are still to come. */
import { calm, h } from "../page/dom.js";
import { t } from "../page/page.js";

/** The headings that the server told of; null for any other answer. */
export const headingsOf = ({ notes }) => notes?.find(({ kind }) => kind === "outline")?.headings ?? null;

/** `prose`: where the text stands. Call `show` with the text so far each time. */
export function createOutline(headings, prose) {
  const places = headings.map((heading) => h("button", { type: "button", disabled: true, onclick: () => go(heading) }, heading));
  const element = h("nav", { class: "outline", "aria-label": t("outline") }, h("ol", {}, ...places.map((place) => h("li", {}, place))));

  function go(heading) {
    const head = [...prose.querySelectorAll("h2")].find(({ textContent }) => textContent === heading);
    head?.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
  }

  function show(text, open) {
    const begun = headings.filter((heading) => text.includes(`## ${heading}\n`)).length;
    places.forEach((place, at) => {
      place.disabled = at >= begun;
      if (open && at === begun - 1) place.setAttribute("aria-current", "step");
      else place.removeAttribute("aria-current");
    });
  }

  return { element, show };
}
