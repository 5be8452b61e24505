/* How much too long a question is. Nothing that is typed or pasted is cut: it is shortened, or goes as a file. */
import { h, one } from "../page/dom.js";
import { data, t } from "../page/page.js";

const MOST = data.files.characters;

/** `attach()` brings what is typed as a file. */
export function createLength({ attach }) {
  const note = one("[data-length]");
  const words = h("span", {});
  const button = h("button", { class: "button small quiet", type: "button", onclick: bring }, t("long_as_file"));
  note.append(words, button);

  async function bring() {
    button.disabled = true;
    await attach();
    button.disabled = false;
  }

  return {
    /** Whether `text` can be sent, and says so where it cannot. */
    fits(text, mayAttach) {
      const count = text.length > MOST ? [...text].length : 0; // characters as the server counts them
      const isNew = note.hidden && count > MOST;
      note.hidden = count <= MOST;
      button.hidden = !mayAttach;
      const said = note.hidden ? "" : t("too_long", { count, limit: MOST, over: count - MOST });
      if (words.textContent !== said) words.textContent = said;
      if (isNew) one("[data-live]").textContent = said; // read out once, not with each letter
      return note.hidden;
    },
  };
}
