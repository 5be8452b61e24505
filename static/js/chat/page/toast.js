/* A short message at the foot of the page, with at most one thing to do about it. */
import { h, one } from "./dom.js";

const SECONDS = 6;
const drawer = one("#sidebar");

/** Shows `text`; `action` is { label, run }. `gone(undone)` is called once, when it leaves. */
export function toast(text, { action = null, gone = () => {} } = {}) {
  let left = false;
  const leave = (undone) => {
    if (left) return;
    left = true;
    clearTimeout(timer);
    element.remove();
    gone(undone);
  };
  const button = action && h("button", { class: "button small", type: "button" }, action.label);
  button?.addEventListener("click", () => {
    leave(true);
    action.run();
  });
  const element = h("div", { class: "toast" }, h("p", {}, text), button);
  const timer = setTimeout(() => leave(false), SECONDS * 1000);
  raised().append(element);
  return { leave: () => leave(false) };
}

/** Above a drawer or a dialog that was opened since: what is in the top layer covers all else. */
function raised() {
  const toasts = one("[data-toasts]");
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  (drawer?.matches(":popover-open") ? drawer : document.body).append(toasts); // a tap beside the drawer would close it
  toasts.showPopover();
  return toasts;
}

drawer?.addEventListener("toggle", () => one("[data-toasts]").childElementCount && raised()); // nothing is seen in a closed one
