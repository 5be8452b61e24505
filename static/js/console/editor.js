/* A form and the preview beside it: the preview's language, and on narrow pages which of the two is shown. */
import { pressOne } from "./pressing.js";

const form = document.querySelector("[data-editor] form");
const editor = document.querySelector("[data-editor]");
const languages = [...document.querySelectorAll("[data-preview-language]")];
const panes = [...document.querySelectorAll("[data-pane]")];

function show(pane) {
  editor.dataset.shown = pane;
  pressOne(panes, panes.find((button) => button.dataset.pane === pane));
}

for (const button of panes) button.addEventListener("click", () => show(button.dataset.pane));

// the preview names a field that is not right
form.addEventListener("mend", ({ detail: name }) => {
  show("form");
  const named = form.elements[name];
  const field = named?.focus ? named : named?.[0];
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
});

/** The language that is pressed, "en" or "zh"; `chosen(language)` is told of another. */
export function previewLanguage(chosen) {
  for (const button of languages) {
    button.addEventListener("click", () => {
      pressOne(languages, button);
      chosen(button.dataset.previewLanguage);
    });
  }
  return languages.find((button) => button.getAttribute("aria-pressed") === "true").dataset.previewLanguage;
}
