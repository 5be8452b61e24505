/* Questions on their way: a new one, one that is worded anew, one more time, and what a reload cut off. */
import { newId } from "../page/page.js";
import { runningAnswer } from "./reducer.js";
import { unsent } from "./unsent.js";

/** `parts()` is asked late, for { socket, handover, thread, scroll }: they are made later. */
export function createAsking(store, parts) {
  const isShown = (message) => store.get().messages.some(({ id }) => id === message);

  function send(question) {
    const { conversation, message, generation, assistant, text, edits, files } = question;
    unsent.keep({ conversation, message, generation, assistant, text, edits, files });
    if (!isShown(message)) store.dispatch({ type: "asked", ...question });
    const brought = files.filter(({ kept }) => !kept).map(({ id }) => id);
    const { socket, handover, thread, scroll } = parts();
    handover.afterwards(() => socket.ask({ conversation, message, generation, assistant, text, edits, files: brought }));
    thread.anchorLast();
    scroll.toFoot();
  }

  function ask(text, { edits = null, files = [] } = {}) {
    const state = store.get();
    if (runningAnswer(state) || !state.assistant) return false;
    const ids = { conversation: state.id ?? newId(), message: newId(), generation: newId() };
    send({ ...ids, assistant: state.assistant, text, edits, files });
    return true;
  }

  return {
    ask,
    /** The images that it shows stay; the server keeps them with the new wording, too. */
    edit(question, text) {
      const kept = (question.files ?? []).filter(({ image }) => image).map((file) => ({ ...file, kept: true }));
      return ask(text, { edits: question.id, files: kept });
    },
    /** A question that never arrived is sent again; any other is answered anew, beside the answer that is there. */
    askAgain(answer) {
      const { messages, id: conversation } = store.get();
      const question = messages[messages.findIndex(({ id }) => id === answer.id) - 1];
      if (!question || runningAnswer(store.get())) return;
      if (answer.generation.refused && !answer.generation.again) {
        store.dispatch({ type: "dropped", generation: answer.generation.id });
        ask(question.text, { files: question.files.filter(({ kept }) => !kept) });
        return;
      }
      const ids = { message: question.id, generation: newId(), conversation };
      store.dispatch({ type: "again", ...ids });
      parts().socket.again(ids);
      parts().scroll.toFoot();
    },
    /** Sends what was asked right before the page was loaded, if it is of what is shown: its text, "" for nothing. */
    goOn() {
      const question = unsent.take();
      const state = store.get();
      if (!question || ![null, question.conversation].includes(state.id)) return "";
      const isInTheWay = runningAnswer(state) || (question.edits && !isShown(question.edits));
      if (isShown(question.message) ? question.isTaken : isInTheWay) return "";
      if (!state.id) store.dispatch({ type: "choose", assistant: question.assistant });
      send(question);
      return question.text;
    },
  };
}
