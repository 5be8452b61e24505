/* The frame that tries an assistant speaks the language that is chosen above it. */
import { previewLanguage } from "./editor.js";

const frame = document.querySelector("[data-trial-frame]");

previewLanguage((language) => {
  const address = new URL(frame.src);
  address.searchParams.set("language", language);
  frame.src = address;
});
