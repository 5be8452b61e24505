/* A button that copies what stands in the element it names: <button data-copy="#secret" data-copied="Copied"><span>. */
import { copyText } from "../copy_text.js";

export function copying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const from = document.querySelector(button.dataset.copy);
      await copyText(from.value ?? from.textContent);
      button.querySelector("span").textContent = button.dataset.copied;
    });
  }
}
