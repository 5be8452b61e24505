/* Where questions are typed. Enter sends, Shift+Enter breaks the line, and an input method keeps its Enter. */
import { doing } from "./doing.js";
import { one, whenChanged } from "../page/dom.js";
import { drafts } from "../conversation/drafts.js";
import { createFiles } from "./files.js";
import { watchComposition } from "../page/ime.js";
import { createLength } from "./length.js";
import { t } from "../page/page.js";
import { toast } from "../page/toast.js";

/** `send(text, takeFiles)` returns whether the question was taken; `stop()` ends the answer that is being written. */
export function createComposer({ send, stop }) {
  const form = one("[data-composer]");
  const field = one("[data-question]");
  const note = one("[data-note]");
  const sendButton = one("[data-send]");
  const stopButton = one("[data-stop]");
  const isComposing = watchComposition(field);
  const files = createFiles({ changed: filesChanged, take: insert });
  const length = createLength({ attach: asFile });
  let conversation = null;
  let running = false;
  let waits = false; // it was sent, and goes once its files are read

  function fit() {
    const text = field.value.trim();
    const isEmpty = !text;
    sendButton.disabled = !length.fits(text, files.takesTexts()) || isEmpty;
    const hadFocus = document.activeElement === sendButton;
    sendButton.hidden = running && isEmpty; // with a text it puts the question in the queue
    stopButton.hidden = !sendButton.hidden;
    if (hadFocus && sendButton.hidden) stopButton.focus();
    if (CSS.supports("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight}px`;
  }

  function typed() {
    waits = false;
    drafts.keep(conversation, field.value);
    fit();
  }

  /** The text of a file, behind what is typed already. */
  function insert(text) {
    field.value = [field.value.trim(), text].filter(Boolean).join("\n\n");
    typed();
    field.focus();
  }

  /** What is too long for a question can be asked about; it stays in the field until the file is there. */
  async function asFile() {
    const text = field.value;
    field.focus();
    const [file] = await files.add([new File([text], `${t("pasted_text")}.txt`, { type: "text/plain" })]);
    if (file?.state !== "ready" || field.value !== text) return;
    field.value = "";
    typed();
  }

  /** A question goes on its own only with all that was brought to it. */
  function filesChanged(isTaken) {
    fit();
    if (!waits || files.isReading()) return;
    waits = false;
    if (!isTaken && !files.hasFailed()) submit();
  }

  function submit() {
    const text = field.value.trim();
    if (sendButton.disabled || !text) return;
    waits = files.isReading();
    if (waits) return void toast(t("goes_when_read"));
    if (!send(text, files.takeAll)) return;
    field.value = ""; // its draft stays until the server has the question
    fit();
  }

  const draw = whenChanged(({ isRunning, name, task, quotes, images, isWithPeople, isClosed }) => {
    running = isRunning;
    const says = doing({ task, quotes });
    const isOver = isClosed && !isWithPeople;
    form.classList.toggle("closed", isOver);
    field.disabled = isOver;
    files.allow({ images: isWithPeople || Boolean(images), task: isWithPeople ? "answer" : task });
    fit();
    field.placeholder = isOver ? "" : isWithPeople ? t("person_write") : says.ask ? t(says.ask) : name ? t("ask_assistant", { assistant: name }) : t("ask");
    note.hidden = isWithPeople;
    note.textContent = t(isOver ? "assistant_closed" : says.note);
  });

  field.addEventListener("input", typed);
  drafts.watch((id, text) => {
    if (id !== conversation || document.hasFocus()) return;
    field.value = text;
    fit();
  });
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
      waits = false; // it is a draft there
      field.value = drafts.read(id);
      fit();
    },
    /** This was sent before the page was loaded: it is no draft any more. */
    sent(text) {
      if (!text || field.value.trim() !== text) return;
      field.value = "";
      fit();
    },
    /** The server has the question: what is typed by now is the draft. */
    accepted(id) {
      drafts.keep(conversation, "");
      conversation = id;
      drafts.keep(id, field.value);
    },
    /** `isClosed`: the conversation's assistant answers no more, or cannot. */
    render({ isRunning, assistant, isWithPeople, isClosed }) {
      const { name, task, quotes, images } = assistant ?? {};
      draw({ isRunning, name, task, quotes, images, isWithPeople, isClosed });
    },
  };
}
