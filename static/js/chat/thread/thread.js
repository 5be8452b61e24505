/* The conversation's messages, two by two: a question and its answer make a turn. */
import { createAnswer } from "../answer/answer.js";
import { h, one, whenChanged } from "../page/dom.js";
import { t } from "../page/page.js";
import { beforeNextPicture } from "../answer/pictures.js";
import { createQuestion } from "./question.js";
import { createReply } from "./reply.js";

const FIRST = 20; // messages, more than a view: those before them follow, SOME in each picture
const SOME = 10;
const VIEWS = { user: createQuestion, assistant: createAnswer, person: createReply };

/** `actions`: those of questions and answers, and `earlier()` for the messages before the first one shown. */
export function createThread(actions) {
  const root = one("[data-thread]");
  const scroller = one("[data-scroller]");
  let conversation = { messages: [], earlier: false };
  let shown = []; // its last messages, in order: { key, message, view, turn }
  const more = h("button", { class: "button quiet small earlier", type: "button", hidden: true, onclick: () => actions.earlier() }, t("show_earlier"));
  const showMore = whenChanged(({ earlier }) => (more.hidden = !earlier));
  root.before(more);
  new IntersectionObserver(([entry]) => entry.isIntersecting && !more.hidden && actions.earlier(), { root: scroller }).observe(more);

  const keyOf = (message) => message.generation?.id ?? message.id;

  /** At the end of those shown; their turns stand before the turn `foot`. */
  function append(message, foot = null) {
    const isQuestion = message.role === "user";
    let turn = shown.at(-1)?.turn;
    if (isQuestion || !turn) {
      turn = h("section", { class: "turn" });
      root.insertBefore(turn, foot);
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

  /** Where the first one shown stands among the messages; -1 where it is none of them. */
  const first = () => conversation.messages.findIndex((message) => keyOf(message) === shown[0]?.key);

  /** The last `count` of those before the first one shown. What the reader looks at stays where it is. */
  function showEarlier(count) {
    const end = first();
    if (end < 1) return;
    const below = scroller.scrollHeight - scroller.scrollTop;
    const later = shown;
    const foot = later[0].turn;
    shown = [];
    for (const message of conversation.messages.slice(Math.max(0, end - count), end)) append(message, foot);
    if (later[0].message.role !== "user") join(shown.at(-1).turn, foot);
    shown.push(...later);
    goOn();
    scroller.scrollTop = scroller.scrollHeight - below;
  }

  const showSome = () => showEarlier(SOME);

  function goOn() {
    const isWhole = first() < 1;
    showMore({ earlier: isWhole && conversation.earlier });
    if (!isWhole) beforeNextPicture(showSome);
  }

  /** Those shown began in the middle of a turn: `first` is its beginning. */
  function join(first, turn) {
    turn.prepend(...first.children);
    for (const place of shown) if (place.turn === first) place.turn = turn;
    first.remove();
  }

  return {
    render(state) {
      conversation = state;
      const { messages } = state;
      const known = first();
      const wanted = messages.slice(known < 0 ? -FIRST : known);
      let same = 0;
      while (same < shown.length && same < wanted.length && shown[same].key === keyOf(wanted[same])) same += 1;
      while (shown.length > same) removeLast();
      shown.forEach((place, at) => {
        if (place.message !== wanted[at]) place.view.update((place.message = wanted[at]));
      });
      for (const message of wanted.slice(same)) append(message);
      goOn();
    },
    /** Shows what is still to be shown at once. */
    showAll: () => showEarlier(conversation.messages.length),
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
