/* What may be done with an answer that is there: going on with a broken one, writing a passage of it anew. */
import { newId } from "../page/page.js";
import { runningAnswer } from "./reducer.js";

/** `socket()` is asked late: it is made after the parts of the page. */
export function createAnew({ store, socket, scroll }) {
  /** The ids of a new attempt; null while an answer is written. */
  function attempt(answer) {
    const { messages, id: conversation } = store.get();
    const question = messages[messages.findIndex(({ id }) => id === answer.id) - 1];
    if (!question || runningAnswer(store.get())) return null;
    return { message: question.id, generation: newId(), conversation };
  }

  return {
    goOn(answer) {
      const ids = attempt(answer);
      if (!ids) return;
      const continued = answer.generation.id;
      store.dispatch({ type: "go_on", message: ids.message, generation: ids.generation, continued });
      socket().goOn({ ...ids, continued });
      scroll.toFoot();
    },
    /** `change`: { start, end, instruction }. */
    revise(answer, change) {
      const ids = attempt(answer);
      if (!ids) return;
      store.dispatch({ type: "again", message: ids.message, generation: ids.generation, change });
      socket().revise({ ...ids, answer: answer.id, ...change });
    },
  };
}
