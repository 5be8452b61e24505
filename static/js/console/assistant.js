/* An assistant's form and the frame that tries it: its language, and on narrow pages which of the two is shown. */
const form = document.querySelector("[data-assistant]");
const editor = document.querySelector("[data-editor]");
const frame = document.querySelector("[data-trial-frame]");
const languages = [...document.querySelectorAll("[data-trial-language]")];
const panes = [...document.querySelectorAll("[data-pane]")];

function press(buttons, pressed) {
  for (const button of buttons) button.setAttribute("aria-pressed", button === pressed);
}

for (const button of languages) {
  button.addEventListener("click", () => {
    const address = new URL(frame.src);
    address.searchParams.set("language", button.dataset.trialLanguage);
    frame.src = address;
    press(languages, button);
  });
}

function show(pane) {
  editor.dataset.shown = pane;
  press(panes, panes.find((button) => button.dataset.pane === pane));
}

for (const button of panes) button.addEventListener("click", () => show(button.dataset.pane));

// the frame names a field that is not right
form.addEventListener("mend", ({ detail: name }) => {
  show("form");
  const field = form.elements[name];
  (field?.focus ? field : field?.[0])?.focus();
});
