/* The card that visitors see, as it will be while somebody types. An empty Chinese field shows the English one. */
const form = document.querySelector("[data-assistant]");
const card = document.querySelector("[data-preview]");
const buttons = [...document.querySelectorAll("[data-preview-language]")];
let suffix = document.documentElement.lang.startsWith("zh") ? "_zh" : "";

const value = (name) => form.elements[name + suffix].value.trim() || form.elements[name].value.trim();

function show() {
  card.lang = suffix ? "zh-Hans" : "en";
  card.querySelector("h3").textContent = value("name") || "…";
  card.querySelector("p").textContent = value("description");
  const items = value("starters").split("\n").filter((line) => line.trim()).map((line) => {
    const item = document.createElement("li");
    item.textContent = line.trim();
    return item;
  });
  card.querySelector("ul").replaceChildren(...items);
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.previewLanguage === suffix);
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    suffix = button.dataset.previewLanguage;
    show();
  });
}
form.addEventListener("input", show);
show();
