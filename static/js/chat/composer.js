/* Where questions are typed. Enter sends, Shift+Enter breaks the line, and an input method keeps its Enter. */
import { one } from "./dom.js";
import { drafts } from "./drafts.js";
import { watchComposition } from "./ime.js";
import { t } from "./page.js";

/** `send(text)` returns whether the question was taken; `stop()` ends the answer that is being written. */
export function createComposer({ send, stop }) {
  const form = one("[data-composer]");
  const field = one("[data-question]");
  const sendButton = one("[data-send]");
  const stopButton = one("[data-stop]");
  const isComposing = watchComposition(field);
  let conversation = null;
  let running = false;

  function fit() {
    sendButton.disabled = !field.value.trim();
    if (CSS.supports("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight}px`;
  }

  function typed() {
    drafts.keep(conversation, field.value);
    fit();
  }

  function submit() {
    const text = field.value.trim();
    if (!text || running || !send(text)) return;
    field.value = ""; // its draft stays until the server has the question
    fit();
  }

  field.addEventListener("input", typed);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || isComposing(event)) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
  stopButton.addEventListener("click", () => {
    stop();
    field.focus();
  });
  one(".composer-box").addEventListener("click", (event) => event.target === event.currentTarget && field.focus());

  return {
    focus: () => field.focus(),
    /** Another conversation, another draft. */
    show(id) {
      conversation = id;
      field.value = drafts.read(id);
      fit();
    },
    /** The server has the question: what is typed by now is the draft. */
    accepted(id) {
      drafts.keep(conversation, "");
      conversation = id;
      drafts.keep(id, field.value);
    },
    render({ isRunning, assistant }) {
      running = isRunning;
      const hadFocus = document.activeElement === sendButton;
      sendButton.hidden = running;
      stopButton.hidden = !running;
      if (running && hadFocus) stopButton.focus();
      field.placeholder = assistant ? t("ask_assistant", { assistant }) : t("ask");
    },
  };
}
