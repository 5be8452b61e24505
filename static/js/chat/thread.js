/* The conversation's messages, two by two: a question and its answer make a turn. */
import { createAnswer } from "./answer.js";
import { h, one, whenChanged } from "./dom.js";
import { t } from "./page.js";
import { createQuestion } from "./question.js";
import { createReply } from "./reply.js";

const VIEWS = { user: createQuestion, assistant: createAnswer, person: createReply };

/** `actions`: those of questions and answers, and `earlier()` for the messages before the first one shown. */
export function createThread(actions) {
  const root = one("[data-thread]");
  const scroller = one("[data-scroller]");
  let shown = []; // { key, view, turn }, in order
  const more = h("button", { class: "button quiet small earlier", type: "button", hidden: true, onclick: () => actions.earlier() }, t("show_earlier"));
  const showMore = whenChanged(({ earlier }) => (more.hidden = !earlier));
  root.before(more);
  new IntersectionObserver(([entry]) => entry.isIntersecting && !more.hidden && actions.earlier(), { root: scroller }).observe(more);

  const keyOf = (message) => message.generation?.id ?? message.id;

  function append(message) {
    const isQuestion = message.role === "user";
    let turn = shown.at(-1)?.turn;
    if (isQuestion || !turn) {
      turn = h("section", { class: "turn" });
      root.append(turn);
    }
    const view = VIEWS[message.role](message, actions);
    turn.append(view.element);
    shown.push({ key: keyOf(message), message, view, turn });
  }

  function removeLast() {
    const { view, turn } = shown.pop();
    view.element.remove();
    if (!turn.childElementCount) turn.remove();
  }

  /** Earlier messages came: all is built anew, and what the reader looks at stays where it is. */
  function rebuild(messages) {
    const below = scroller.scrollHeight - scroller.scrollTop;
    while (shown.length) removeLast();
    messages.forEach(append);
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  return {
    render(state) {
      const { messages } = state;
      showMore({ earlier: state.earlier });
      if (shown.length && messages.length > shown.length && keyOf(messages[0]) !== shown[0].key && keyOf(messages.at(-1)) === shown.at(-1).key) {
        rebuild(messages);
        return;
      }
      let same = 0;
      while (same < shown.length && same < messages.length && shown[same].key === keyOf(messages[same])) same += 1;
      while (shown.length > same) removeLast();
      shown.forEach((place, at) => {
        if (place.message !== messages[at]) place.view.update((place.message = messages[at]));
      });
      messages.slice(same).forEach(append);
    },
    /** A new question: its turn gets the height of the view, so that it can stand at the top. */
    anchorLast() {
      for (const old of root.querySelectorAll(".turn.anchored")) old.classList.remove("anchored");
      shown.at(-1)?.turn.classList.add("anchored");
    },
    /** Opens the newest question for other words; false where there is none. */
    editLast() {
      const last = shown.findLast(({ message }) => message.role === "user");
      last?.view.edit();
      return Boolean(last);
    },
    shownText: (generation) => shown.find(({ key }) => key === generation)?.view.shownText() ?? "",
  };
}
