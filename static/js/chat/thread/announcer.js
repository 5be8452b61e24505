/* What a screen reader is told: that an answer is written, how it came out, and what a person replied. */
import { one } from "../page/dom.js";
import { t } from "../page/page.js";
import { runningAnswer } from "../conversation/reducer.js";

const PEOPLE = new Set(["waiting", "person"]); // what is asked while they stand by waits for a person
const ENDS = { done: "done", stopped: "stopped" }; // any other is an alert below the answer, and tells itself

/** `replied()` is called when a person's reply has come in. */
export function createAnnouncer({ replied }) {
  const live = one("[data-live]");

  function reply(before, { id, messages }) {
    const last = messages.at(-1);
    if (before.id !== id || last?.role !== "person" || before.messages.some((message) => message.id === last.id)) return;
    live.textContent = `${last.name ?? t("person_somebody")}: ${last.text}`;
    replied();
  }

  function ended({ messages }, { generation }) {
    const now = messages.find((message) => message.generation?.id === generation.id)?.generation;
    live.textContent = ENDS[now?.status] ? t(ENDS[now.status]) : "";
  }

  return {
    changed(state, before, { type }) {
      if (type === "load" || type === "changed") reply(before, state);
      if (type === "load") return;
      const [was, is] = [runningAnswer(before), runningAnswer(state)];
      if (!was && is && !PEOPLE.has(state.standing.state)) live.textContent = t("answering");
      if (was && !is) ended(state, was);
    },
  };
}
