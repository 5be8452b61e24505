/* The widget as the form sets it up, on a page like a customer's, beside it; and the line for the site's pages. */
import { previewLanguage } from "./editor.js";
import { pressOne } from "./pressing.js";
import { showWrong } from "./wrong.js";

const PAUSE = 350; // ms without a key before the preview follows
const WIDTHS = { computer: 680, phone: 390 }; // as wide a page is what stands in the preview
const form = document.querySelector("[data-widget]");
const view = document.querySelector("[data-stage]");
const frame = document.querySelector("[data-stage-frame]");
const hint = document.querySelector("[data-stage-hint]");
const wrong = document.querySelector("[data-stage-wrong]");
const devices = [...document.querySelectorAll("[data-device]")];
let stage = ""; // the page on which the widget stands
let shown = ""; // its address, with the language
let asked = 0; // only the last answer counts
let pause = 0;
let device = "computer";
let isTyped = false; // before that nothing is wrong with an empty form

let language = previewLanguage((chosen) => {
  language = chosen;
  show();
});

function show() {
  const address = stage && new URL(`${stage}?language=${language}`, location.href).href;
  if (!address || address === shown) return;
  shown = address;
  frame.contentWindow.location.replace(address); // leaves no trace in the history
}

async function follow() {
  const mine = ++asked;
  try {
    const response = await fetch(view.dataset.stage, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const body = await response.json();
    if (mine !== asked || !response.ok) return;
    showWrong(wrong, isTyped ? body.errors : [], form);
    view.classList.toggle("stale", body.errors.length > 0);
    stage = body.stage ?? stage;
    hint.hidden = Boolean(stage);
    show();
  } catch {
    // no connection: what is shown stays
  }
}

form.addEventListener("input", () => {
  isTyped = true;
  clearTimeout(pause);
  pause = setTimeout(follow, PAUSE);
});

/** A whole page, made as small as the place that there is. */
function fit() {
  const scale = Math.min(1, view.clientWidth / WIDTHS[device]);
  frame.style.inlineSize = `${Math.min(WIDTHS[device], view.clientWidth / scale)}px`;
  frame.style.blockSize = `${view.clientHeight / scale}px`;
  frame.style.scale = scale;
}

for (const button of devices) {
  button.addEventListener("click", () => {
    device = button.dataset.device;
    pressOne(devices, button);
    fit();
  });
}
if (matchMedia("(width <= 760px)").matches) devices.find((button) => button.dataset.device === "phone").click();
new ResizeObserver(fit).observe(view);
follow();
