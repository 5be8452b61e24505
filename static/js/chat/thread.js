/* The conversation's messages, two by two: a question and its answer make a turn. */
import { createAnswer } from "./answer.js";
import { h, one } from "./dom.js";
import { languageOf, t } from "./page.js";

export function createThread(actions) {
  const root = one("[data-thread]");
  const answers = new Map(); // key of an answer -> its view
  let keys = [];
  let turn = null;

  const keyOf = (message) => message.generation?.id ?? message.id;

  function append(message) {
    if (message.role === "user" || !turn) {
      turn = h("section", { class: "turn" });
      root.append(turn);
    }
    if (message.role === "user") {
      turn.append(question(message));
      return;
    }
    const view = createAnswer(message, actions);
    answers.set(keyOf(message), view);
    turn.append(view.element);
  }

  function clear() {
    root.replaceChildren();
    answers.clear();
    turn = null;
    keys = [];
  }

  return {
    render(state, before) {
      const now = state.messages.map(keyOf);
      if (!keys.every((key, at) => key === now[at])) clear();
      for (const message of state.messages.slice(keys.length)) append(message);
      keys = now;
      for (const message of state.messages) {
        if (message.role === "assistant" && !before.messages.includes(message)) answers.get(keyOf(message)).update(message);
      }
    },
    /** A new question: its turn gets the height of the view, so that it can stand at the top. */
    anchorLast() {
      for (const old of root.querySelectorAll(".turn.anchored")) old.classList.remove("anchored");
      turn?.classList.add("anchored");
    },
    shownText: (generation) => answers.get(generation)?.shownText() ?? "",
  };
}

function question({ text }) {
  return h("div", { class: "question", lang: languageOf(text) }, h("span", { class: "unseen" }, `${t("you")}: `), h("p", {}, text));
}
