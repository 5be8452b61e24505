/* One question: its text, other wordings of it, and the field in which it is put in other words. */
import { h, icon } from "../page/dom.js";
import { fileChip } from "../composer/files.js";
import { imageButton } from "../composer/images.js";
import { watchComposition } from "../page/ime.js";
import { languageOf, t } from "../page/page.js";
import { createVersions } from "../answer/versions.js";

function filesOf({ files = [] }) {
  const [images, others] = [true, false].map((wanted) => files.filter(({ image }) => Boolean(image) === wanted));
  return [
    images.length && h("ul", { class: "image-list", "aria-label": t("images") }, ...images.map((file) => h("li", {}, imageButton(file)))),
    others.length && h("ul", { class: "file-list", "aria-label": t("files") }, ...others.map((file) => fileChip(file))),
  ].filter(Boolean);
}

/** `actions`: { edit(question, text) returns whether it was taken, showVersion(id) }. */
export function createQuestion(message, actions) {
  const element = h("div", { class: "question" });
  let current = message;

  function show() {
    const { text } = current;
    element.lang = languageOf(text);
    element.classList.remove("is-edited");
    element.replaceChildren(
      h("span", { class: "unseen" }, `${t("you")}: `),
      ...filesOf(current),
      h("p", {}, text),
      h("div", { class: "question-actions" },
        createVersions(current, actions.showVersion) ?? "",
        h("button", { class: "icon-button small", type: "button", "aria-label": t("edit_question"), title: t("edit_question"), onclick: edit }, icon("compose"))));
  }

  function edit() {
    const field = h("textarea", { rows: 2, maxlength: 4000, "aria-label": t("edit_question") });
    field.value = current.text;
    const isComposing = watchComposition(field);
    const send = () => {
      const text = field.value.trim();
      if (!text) return;
      if (text === current.text || actions.edit(current, text)) show();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") show();
      if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      send();
    });
    element.classList.add("is-edited");
    element.replaceChildren(field, h("div", { class: "line" },
      h("button", { class: "button small primary", type: "button", onclick: send }, t("ask_this")),
      h("button", { class: "button small quiet", type: "button", onclick: show }, t("cancel"))));
    field.focus();
  }

  show();
  return {
    element,
    edit,
    update(next) {
      current = next;
      show();
    },
  };
}
