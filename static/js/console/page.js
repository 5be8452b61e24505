/* Every page of the console: rows by keyboard, filters that apply themselves, states that are watched. */
import { watchAll } from "./watch.js";
import { keys } from "./keys.js";

keys();
watchAll();

for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") form.requestSubmit();
  });
  // Empty fields stay out of the address.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}
