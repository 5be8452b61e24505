/* The button and the greeting on a site, as they will be while somebody types; and the line for the site's pages. */
const form = document.querySelector("[data-widget]");
const preview = document.querySelector("[data-widget-preview]");
const buttons = [...document.querySelectorAll("[data-preview-language]")];
let suffix = document.documentElement.lang.startsWith("zh") ? "_zh" : "";

const value = (name) => form.elements[name + suffix].value.trim() || form.elements[name].value.trim();

function put(selector, text) {
  const place = preview.querySelector(selector);
  place.textContent = text;
  place.hidden = !text;
}

function show() {
  preview.lang = suffix ? "zh-Hans" : "en";
  preview.dataset.side = form.elements.side.value;
  preview.style.setProperty("--chosen", form.elements.accent.value);
  preview.style.setProperty("--chosen-ink", isDark(form.elements.accent.value) ? "white" : "black");
  put("[data-preview-greeting]", value("greeting"));
  put("[data-preview-label]", value("label"));
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.previewLanguage === suffix);
}

/** By the weights of WCAG's luminance, near enough for a picture. */
function isDark(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    suffix = button.dataset.previewLanguage;
    show();
  });
}
form.addEventListener("input", show);
show();

const copy = document.querySelector("[data-copy-snippet]");
copy?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(document.querySelector("[data-snippet]").value);
  copy.querySelector("span").textContent = copy.dataset.copied;
});
