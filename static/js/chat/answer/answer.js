/* One answer: its text as it comes, what is happening in words, and what can be done with it. */
import { createBlocks } from "../text/blocks.js";
import { calm, h, whenChanged } from "../page/dom.js";
import { answerFoot, answerNote, statusText } from "./answer_parts.js";
import { noticeBelow } from "./notice.js";
import { data, languageOf, t } from "../page/page.js";
import { createOutline, headingsOf } from "./outline.js";
import { createPairs, paragraphsOf } from "../text/pairs.js";
import { inNextPicture } from "./pictures.js";
import { createRevision } from "./revision.js";
import { isRunning } from "../conversation/reducer.js";
import { hydrateCites, nearestList } from "../sources/sources.js";

const SHARE = 0.16; // of what is not yet shown, a frame: an even flow, however unevenly the text arrives
const LEAST = 2; // characters a frame
const TELLING = 1000; // characters that show which language it is, until the text is whole

/** `actions`: { openSource(source, text, chip), askAgain(answer), goOn(answer), askPerson(), showVersion(id), grown(), assistant(), conversation() }. */
export function createAnswer(message, actions) {
  const prose = h("div", { class: "prose" });
  const status = h("p", { class: "answer-status" });
  const below = h("div", { class: "answer-below" });
  const element = h("article", { class: "answer", "aria-label": t("answer") }, prose, status, below);
  let current = message;
  let shown = message.text.length;
  let settled = null; // the message that the foot was built for

  const blocks = createBlocks(prose, (fragment) =>
    hydrateCites(fragment, {
      find: (number) => current.sources.find((source) => source.number === number),
      open: (source, chip) => actions.openSource(source, current.text, chip),
      text: () => current.text,
    }));

  let outline = null;
  let pairs = null; // a translation stands beside its source, not in one column

  function show(text, open) {
    const paragraphs = paragraphsOf(current);
    const headings = headingsOf(current);
    if (headings) {
      if (!outline) prose.before((outline = createOutline(headings, prose)).element);
      outline.show(text, open);
    }
    if (!paragraphs) {
      blocks.show(text, { cited: new Set(current.sources.map(({ number }) => number)), open });
      const lang = languageOf(open ? text.slice(0, TELLING) : text);
      if (text && prose.lang !== lang) prose.lang = lang; // the same one again would lay the whole text out anew
      return;
    }
    if (!pairs) prose.replaceWith((pairs = createPairs(paragraphs)).element);
    pairs.show(text, current.notes);
  }

  const complete = () => shown >= current.text.length;

  function paint(frames) {
    if (!complete()) {
      const rest = current.text.length - shown;
      const some = Math.ceil(Math.max(LEAST * frames, rest * (1 - (1 - SHARE) ** frames)));
      shown += calm() || document.hidden ? rest : Math.min(rest, some);
    }
    const open = isRunning(current.generation) || !complete();
    show(visible(current.text, shown, open), open);
    const words = open ? statusText(current.generation) : "";
    if (status.textContent !== words) status.textContent = words;
    busy({ open });
    if (!open && settled !== current) settle();
    actions.grown();
    if (!complete()) inNextPicture(paint);
  }

  const busy = whenChanged(({ open }) => {
    element.classList.toggle("is-running", open);
    element.ariaBusy = String(open); // to be read when it is whole, not word by word
  });

  function settle() {
    settled = current;
    const open = (source, chip) => actions.openSource(source, current.text, chip);
    below.replaceChildren(...[
      nearestList(current, open),
      offersPerson(current) && h("p", { class: "person-offer" }, h("button", { class: "button primary small", type: "button", onclick: actions.askPerson }, t("person_ask"))),
      answerNote(current, { askAgain: () => actions.askAgain(current), goOn: () => actions.goOn(current) }),
      answerFoot(current, {
        open,
        rated: (rating) => (current.generation.rating = rating),
        askAgain: () => actions.askAgain(current),
        showVersion: actions.showVersion,
        notice: noticeBelow(actions.assistant(), current),
        conversation: actions.conversation(),
      }),
      isWritten(current) && createRevision({ prose, text: current.text, change: current.change, send: (change) => actions.revise(current, change) }),
    ].filter(Boolean));
  }

  function update(next) {
    current = next;
    shown = Math.min(shown, next.text.length);
    inNextPicture(paint);
  }

  paint(1);
  return {
    element,
    update,
    /** What the reader has seen; nothing more is shown until the next update. */
    shownText: () => current.text.slice(0, whole(current.text, shown)),
  };
}

/** A text that a model wrote: what quotes documents is not revised, and a translation has its source. */
const isWritten = (answer) => answer.generation?.outcome === "written" && !paragraphsOf(answer);

/** Somebody asked for a person, and one can be reached. */
const offersPerson = ({ notes = [] }) => !data.trial && notes.some(({ kind }) => kind === "person");

/** A cut that splits no character. */
function whole(text, length) {
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code < 0xdc00 ? length + 1 : length;
}

/** The shown part; a source number that is still coming in waits. */
function visible(text, length, open) {
  const part = text.slice(0, whole(text, length));
  const at = part.lastIndexOf("[");
  return open && at >= 0 && /^\[\d{0,2}$/.test(part.slice(at)) ? part.slice(0, at).trimEnd() : part;
}
