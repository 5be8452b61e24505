/*
 * A conversation as the page knows it, and what changes it. Pure: the first load, live events and replayed ones
 * all go through `reduce`, so a reload shows what the stream showed.
 *
 * conversation: { id, title, assistant, earlier, standing, messages: [question | answer | reply of a person] };
 * `earlier`: more stand before them; standing: { state: bot | waiting | person | resolved, name } says who answers
 * message.versions, .version: the ids of all that stand in its place, and which one it is; only where there are more
 * answer.notes: what the server said beside the text, the events as they came
 * answer.generation: { id, status, outcome, lastSeq, confidence, step, passages, code, message, gap, stopping, heard }
 * While it is stopping the text stands still; `heard` is all that was told, until the end tells what is kept.
 */

const RUNNING = new Set(["queued", "running"]);

export const empty = (assistant = null) => ({ id: null, title: "", assistant, messages: [], earlier: false, standing: { state: "bot", name: null } });

export const isRunning = (generation) => Boolean(generation) && RUNNING.has(generation.status);

/** The answer that is being written, or null. */
export function runningAnswer(state) {
  return state.messages.find((message) => isRunning(message.generation)) ?? null;
}

export function reduce(state, action) {
  switch (action.type) {
    case "load":
      return action.conversation ? loaded(action.conversation) : empty(action.assistant);
    case "changed":
      return changed(state, loaded(action.conversation));
    case "choose":
      return { ...state, assistant: action.assistant };
    case "renamed":
      return { ...state, title: action.title };
    case "earlier":
      return { ...state, earlier: action.earlier, messages: [...action.messages.map(loadedMessage), ...state.messages] };
    case "asked":
      return asked(state, action);
    case "again":
      return again(state, action);
    case "go_on":
      return changeAnswer(state, action.continued, (answer) => goesOn(answer, action));
    case "accepted":
      return accepted(state, action);
    case "standing":
      return { ...state, id: action.id, standing: action.standing };
    case "refused":
      return refused(state, action);
    case "dropped":
      return dropped(state, action.generation);
    case "stop":
      return changeAnswer(state, action.generation, (answer) => ({
        ...answer,
        text: action.text,
        generation: { ...answer.generation, stopping: true, heard: heardText(answer) },
      }));
    case "event":
      return changeAnswer(state, action.generation, (answer) => applied(answer, action));
    default:
      throw new Error(`unknown action ${action.type}`);
  }
}

function loaded(conversation) {
  return { ...conversation, messages: conversation.messages.map(loadedMessage) };
}

function loadedMessage(message) {
  const { generation } = message;
  const { sources = [], notes = [] } = message;
  if (!generation) return { ...message, sources, notes };
  const { last_seq: lastSeq, ...rest } = generation;
  return { ...message, sources, notes, generation: { ...rest, lastSeq: lastSeq ?? 0 } };
}

/** What was done to it elsewhere. A message that is the same stays the same object: what is open in it stays open. */
function changed(state, next) {
  const known = new Map(state.messages.map((message) => [message.id, message]));
  const messages = next.messages.map((message) => (isSame(known.get(message.id), message) ? known.get(message.id) : message));
  const before = state.messages.findIndex(({ id }) => id === messages[0]?.id);
  if (before < 1) return { ...next, messages };
  return { ...next, earlier: state.earlier, messages: [...state.messages.slice(0, before), ...messages] };
}

function isSame(known, message) {
  const tell = ({ text, version, versions, generation }) => JSON.stringify([text, version, versions, generation?.id, generation?.status]);
  return Boolean(known) && !isRunning(message.generation) && tell(known) === tell(message);
}

function asked(state, { conversation, message, generation, text, edits = null, files = [] }) {
  const at = edits ? state.messages.findIndex(({ id }) => id === edits) : state.messages.length;
  const question = { id: message, role: "user", text, files, sources: [], generation: null, ...versionAfter(state.messages[at], message) };
  return { ...state, id: conversation, messages: [...state.messages.slice(0, at), question, pending(generation, message)] };
}

/**
 * The question is answered anew: its new answer stands in the place of the one before, and nothing follows yet. What
 * it replaces comes back where the server refuses it, a revision with the `change` that was asked for.
 */
function again(state, { message, generation, change = null }) {
  const at = state.messages.findIndex(({ id }) => id === message) + 1;
  const [before, ...after] = state.messages.slice(at);
  const answer = { ...pending(generation, message), ...versionAfter(before?.generation?.refused ? null : before, null) };
  Object.assign(answer.generation, { again: true, replaces: before ? [{ ...before, change }, ...after] : null });
  return { ...state, messages: [...state.messages.slice(0, at), answer] };
}

/** Whether the attempt would only have replaced what stands. */
export const isReplacing = (state, generation) => state.messages.some((answer) => answer.generation?.id === generation && answer.generation.replaces);

/** A new attempt at the same answer, which keeps what stands of it. `before` is the attempt that was broken off. */
function goesOn(answer, { message, generation }) {
  const before = answer.generation;
  return { ...answer, generation: { ...pending(generation, message).generation, before } };
}

function pending(generation, question) {
  return {
    id: `answer-${generation}`,
    role: "assistant",
    text: "",
    sources: [],
    notes: [],
    generation: { id: generation, status: "queued", outcome: null, lastSeq: 0, confidence: null, question },
  };
}

/** `id` is null for an answer, whose id the server makes: the end of the answer tells it. */
function versionAfter(before, id) {
  if (!before) return {};
  const versions = [...(before.versions ?? [before.id]), id];
  return { versions, version: versions.length - 1 };
}

/** With a standing a person answers, not the assistant: the place of its answer goes. */
function accepted(state, { generation, title, standing }) {
  const isIt = (message) => message.generation?.id === generation;
  const messages = standing
    ? state.messages.filter((message) => !isIt(message))
    : state.messages.map((answer) => (isIt(answer) && answer.generation.replaces ? { ...answer, generation: { ...answer.generation, replaces: null } } : answer));
  return { ...state, title: title || state.title, standing: standing ?? { state: "bot", name: null }, messages };
}

/** The server said no to a send (`ref` is the question's id) or to a generation. */
function refused(state, { ref, code, message }) {
  const refusedAnswer = (answer) => answer.generation && [answer.generation.id, answer.generation.question].includes(ref);
  return {
    ...state,
    messages: state.messages.flatMap((answer) => {
      if (!refusedAnswer(answer) || !isRunning(answer.generation)) return answer;
      return answer.generation.replaces ?? { ...answer, generation: refusedAttempt(answer.generation, { code, message }) };
    }),
  };
}

/** Of an answer that should have gone on stays the attempt before. */
function refusedAttempt({ before, ...generation }, reason) {
  return before ? { ...before, ...reason } : { ...generation, status: "error", refused: true, ...reason };
}

/** Takes back a question that never reached the server, with its answer's place. */
function dropped(state, generation) {
  const answer = state.messages.find((message) => message.generation?.id === generation);
  return { ...state, messages: state.messages.filter(({ id }) => id !== answer?.id && id !== answer?.generation.question) };
}

function changeAnswer(state, generation, change) {
  const at = state.messages.findIndex((message) => message.generation?.id === generation);
  if (at < 0) return state;
  const before = state.messages[at];
  const after = change(before);
  return after === before ? state : { ...state, messages: state.messages.with(at, after) };
}

/** One event: seen ones are dropped, a missing one is marked as a gap and waited for; `kept` stands for all before it. */
function applied(answer, { seq, event }) {
  const { generation } = answer;
  if (seq <= generation.lastSeq) return answer;
  if (seq !== generation.lastSeq + 1 && event.kind !== "kept") return { ...answer, generation: { ...generation, gap: true } };
  const next = { ...generation, lastSeq: seq, gap: false };
  switch (event.kind) {
    case "status":
      return { ...answer, generation: { ...next, status: "running", step: event.status, passages: event.passages } };
    case "delta":
      return said(answer, event.text, running(next));
    case "kept":
      return keptAs(answer, event, running(next));
    case "source":
      return { ...answer, sources: withSource(answer.sources, event), generation: running(next) };
    case "outline":
    case "paragraphs":
    case "terms":
    case "person":
    case "nearest":
      return { ...answer, notes: [...answer.notes, event], generation: next };
    case "end":
      return ended(answer, event, next);
    default:
      return { ...answer, generation: next }; // a newer server's event: counted, not shown
  }
}

const heardText = ({ text, generation }) => (generation.stopping ? generation.heard : text);

function said(answer, text, generation) {
  if (!generation.stopping) return { ...answer, text: answer.text + text, generation };
  return { ...answer, generation: { ...generation, heard: generation.heard + text } };
}

function keptAs(answer, { text, sources, notes = [] }, generation) {
  if (generation.stopping) return { ...answer, sources, notes, generation: { ...generation, heard: text } };
  return { ...answer, text, sources, notes, generation };
}

/** What the server keeps is what a reload would show: of a stopped answer the part that was seen, and its sources. */
function ended(answer, { status, outcome, code, message, confidence, message_id: id, kept_chars: kept }, next) {
  const text = heardText(answer).slice(0, kept ?? undefined);
  const sources = kept == null ? answer.sources : answer.sources.filter(({ number }) => text.includes(`[${number}]`));
  const generation = { ...next, stopping: false, heard: "", status, outcome, code, message, confidence };
  const versions = answer.versions?.with(answer.version, id ?? answer.id);
  return { ...answer, ...(versions && { versions }), id: id ?? answer.id, text, sources, generation };
}

const running = (generation) => ({ ...generation, status: "running", step: "answering" });

function withSource(sources, { kind: _kind, ...source }) {
  return sources.some(({ number }) => number === source.number) ? sources : [...sources, source];
}
