/** Lists what is wrong with a form; a click on a field's name leads to it. `errors`: { field, label, text }. */
export function showWrong(list, errors, form) {
  list.hidden = !errors.length;
  list.replaceChildren(...errors.map(({ field, label, text }) => {
    const item = document.createElement("li");
    if (label) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.addEventListener("click", () => form.dispatchEvent(new CustomEvent("mend", { detail: field })));
      item.append(button, " ");
    }
    item.append(text);
    return item;
  }));
}
