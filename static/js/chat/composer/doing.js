/* What is said of an assistant where one asks, by what it does. */
const DOING = {
  quotes: { promise: "promise_quotes", note: "note_quotes" },
  answer: { promise: "promise_free", note: "note_free" }, // in a model's words
  translate: { ask: "to_translate", promise: "promise_translation", note: "note_translation" },
  write: { ask: "to_write", promise: "promise_writing", note: "note_writing" },
};

/** Names of texts: `promise` above the first question, `note` below the field, `ask` in it where that is no question. */
export const doing = ({ task = "answer", quotes = false } = {}) => DOING[quotes ? "quotes" : task];
