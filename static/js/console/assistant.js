/* The frame that tries an assistant speaks the language that is chosen above it; a new one's short name is proposed. */
import { previewLanguage } from "./editor.js";
import "./slug.js";

const frame = document.querySelector("[data-trial-frame]");

previewLanguage((language) => {
  const address = new URL(frame.src);
  address.searchParams.set("language", language);
  frame.src = address;
});
