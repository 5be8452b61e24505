/* Every page of the console: rows by keyboard, buttons that copy, filters that apply themselves, states that are watched, what comes later, times of the reader, a question before what was typed is lost. */
import { copying } from "./copy.js";
import { watchAll } from "./watch.js";
import { keys } from "./keys.js";
import { later } from "./later.js";
import { ownTimes } from "./times.js";
import { askBeforeLeaving } from "./unsaved.js";

keys();
ownTimes();
copying();
watchAll();
later();
askBeforeLeaving();
// In a low window the links scroll: that of the page that is open is in sight.
document.querySelector(".console-links [aria-current]")?.scrollIntoView({ block: "nearest" });

for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") form.requestSubmit();
  });
  // Empty fields stay out of the address.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}
