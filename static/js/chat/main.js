/* Puts the chat together: one store, one socket, and a part of the page for each module. */
import { address } from "./page/address.js";
import { createAnew } from "./conversation/anew.js";
import { createAnnouncer } from "./thread/announcer.js";
import { createAsking } from "./conversation/asking.js";
import { createComposer } from "./composer/composer.js";
import { createConnectionNote } from "./conversation/connection.js";
import { createConversations } from "./sidebar/conversations.js";
import { copyAnswer } from "./answer/copying.js";
import { one } from "./page/dom.js";
import { createHandover } from "./conversation/handover.js";
import { createHead } from "./thread/head.js";
import { warmUp } from "./text/markdown.js";
import { api, data, t } from "./page/page.js";
import { createPast } from "./conversation/past.js";
import { createPersonLine } from "./composer/person.js";
import { createPicker } from "./composer/picker.js";
import { createPrinting } from "./thread/printing.js";
import { createQueue } from "./composer/queue.js";
import { isReplacing, isRunning, runningAnswer } from "./conversation/reducer.js";
import { createScroll } from "./thread/scroll.js";
import { createShortcuts } from "./page/shortcuts.js";
import { createSidebar } from "./sidebar/sidebar.js";
import { createSocket } from "./conversation/socket.js";
import { sourcePanel } from "./sources/sources.js";
import { createStore } from "./conversation/store.js";
import { createThread } from "./thread/thread.js";
import { toast } from "./page/toast.js";
import { unsent } from "./conversation/unsent.js";
import { nextTheme } from "../theme.js";

const GOES_ON = new Set(["event", "accepted"]); // after these the next question may go
const store = createStore();
const scroll = createScroll();
const panel = sourcePanel(() => data.assistants.find(({ slug }) => slug === store.get().assistant)?.quotes);
const past = createPast(store);
const anew = createAnew({ store, socket: () => socket, scroll });
const { ask, edit, askAgain, goOn } = createAsking(store, () => ({ socket, handover, thread, scroll }));
const thread = createThread({ ...past, ...anew, askPerson: () => handover.ask(), openSource: panel.open, askAgain, edit, grown: scroll.grown, assistant: () => store.get().assistant, conversation: () => store.get().id });
const composer = createComposer({ send: askOrQueue, stop });
const queue = createQueue();
const handover = createHandover({ store, began });
const personLine = createPersonLine(handover);
const head = createHead();
const sidebar = createSidebar();
const picker = createPicker({ choose, ask: (text, assistant) => (choose(assistant), ask(text)) });
const printing = createPrinting({ store, past, thread });
const conversations = createConversations({
  open,
  print,
  deleted: () => startNew({ fromList: true }),
  renamed: (title) => store.dispatch({ type: "renamed", title }),
});
const socket = createSocket({ onFrame: received, onOpen: opened, onConnection: createConnectionNote() });
const announcer = createAnnouncer({ replied: scroll.grown });

/** While an answer is written, the next question waits for its end. */
function askOrQueue(text, takeFiles) {
  if (runningAnswer(store.get())) queue.add(text);
  else return Boolean(store.get().assistant) && ask(text, { files: takeFiles() });
  return true;
}

/** A conversation that begins by asking for a person has its address from then on. */
function began(id, isNew) {
  if (isNew) conversations.refresh();
  if (store.get().id === id) address.show(id);
}

function stop() {
  const answer = runningAnswer(store.get());
  if (!answer) return false;
  const { id } = answer.generation;
  const text = thread.shownText(id);
  store.dispatch({ type: "stop", generation: id, text });
  sendStop({ ...answer, text });
  return true;
}

/** Characters are counted as JavaScript does, in UTF-16 units. */
const sendStop = ({ generation, text }) => socket.stop(generation.id, text.length);

function received(frame, again) {
  switch (frame.type) {
    case "accepted":
      accepted(frame, again);
      break;
    case "event":
      store.dispatch(frame);
      break;
    case "changed":
      elsewhere();
      break;
    case "error":
      if (frame.code === "session_ended" && !frame.ref) return; // the line above the field says it
      if (!frame.ref || isReplacing(store.get(), frame.ref)) toast(frame.message);
      if (!frame.ref) return;
      unsent.refused(frame.ref);
      store.dispatch({ ...frame, type: "refused" });
  }
}

function accepted({ conversation, message, generation, title, standing }, again) {
  unsent.taken(message);
  const state = store.get();
  if (state.id !== conversation) return;
  store.dispatch({ type: "accepted", generation, title, standing });
  address.show(conversation);
  composer.accepted(conversation);
  queue.show(conversation);
  conversations.touch({ id: conversation, title, assistant: state.assistant });
  conversations.show(conversation);
  if (again) resume(generation);
}

let isStale = false; // the conversation that is shown may have been changed elsewhere

/** Another tab of the same person asked something, or a person replied; or either may have, without a connection. */
function elsewhere() {
  isStale = true;
  conversations.refresh();
  handover.afterwards(readAgain); // a conversation that begins there is known to the server only then
}

/** Not while an answer is written here, and not over a question that was refused: the server does not know it. */
async function readAgain() {
  const { id } = store.get();
  const isBusy = () => store.get().messages.some(({ generation }) => generation && (isRunning(generation) || generation.refused));
  if (!isStale || !id || isBusy()) return;
  isStale = false;
  try {
    const conversation = await api(`/api/chat/conversations/${id}/`);
    if (store.get().id !== id || isBusy()) return;
    store.dispatch({ type: "changed", conversation });
    catchUp();
  } catch {
    // no connection, or deleted there: what is shown stays
  }
}

function resume(generation) {
  const answer = store.get().messages.find((message) => message.generation?.id === generation);
  if (answer) socket.resume(generation, answer.generation.lastSeq);
}

/** After each connecting: what went on meanwhile, here and elsewhere. */
function opened(again) {
  if (runningAnswer(store.get())) catchUp();
  else if (again) elsewhere();
}

function catchUp() {
  const answer = runningAnswer(store.get());
  if (!answer || socket.isWaiting(answer.generation)) return;
  resume(answer.generation.id);
  if (answer.generation.stopping) sendStop(answer);
}

function choose(assistant) {
  store.dispatch({ type: "choose", assistant });
  composer.focus();
}

function show(conversation, assistant = store.get().assistant ?? data.assistants[0]?.slug) {
  isStale = false;
  panel.close();
  store.dispatch({ type: "load", conversation, assistant });
  composer.show(conversation?.id ?? null);
  queue.show(conversation?.id ?? null);
  conversations.show(conversation?.id ?? null);
  if (conversation) scroll.jumpToFoot();
  else scroll.jumpToHead();
  if (socket.isOpen()) catchUp();
}

/** `fromList`: what was done there goes on there, so a drawer stays. */
async function open(id, { push = true, fromList = false } = {}) {
  try {
    const conversation = await api(`/api/chat/conversations/${id}/`);
    if (push) address.show(id);
    unsent.forget();
    show(conversation);
    if (!fromList) sidebar.closeDrawer();
  } catch {
    toast(t("load_failed"));
  }
}

function startNew({ push = true, fromList = false } = {}) {
  if (push) address.show(null);
  unsent.forget();
  show(null);
  if (fromList && sidebar.isDrawerOpen()) return;
  sidebar.closeDrawer();
  composer.focus();
}

/** The answer is complete: the question that waited for that goes now, outside the change that is being told. */
function askNext() {
  queueMicrotask(() => {
    const next = queue.take();
    if (next) ask(next);
  });
}

store.subscribe((state, before, action) => {
  const running = runningAnswer(state);
  thread.render(state);
  picker.render({ id: state.id, assistant: state.assistant });
  const assistant = data.assistants.find(({ slug }) => slug === state.assistant);
  const isWithPeople = ["waiting", "person"].includes(state.standing.state);
  composer.render({ isRunning: Boolean(running), assistant, isWithPeople, isClosed: Boolean(state.id) && !assistant });
  personLine.render({ standing: state.standing, isOffered: Boolean(assistant?.handover), isRunning: Boolean(running), hours: assistant?.hours ?? "" });
  announcer.changed(state, before, action);
  if (GOES_ON.has(action.type) && runningAnswer(before) && !running) askNext();
  if (runningAnswer(before) && !running) queueMicrotask(readAgain);
  if (running?.generation.gap && !before.messages.find(({ id }) => id === running.id)?.generation.gap) resume(running.generation.id);
  const { state: who, name } = state.standing;
  head.render({ id: state.id, title: state.title, answers: who === "person" ? (name ?? t("person_somebody")) : assistant?.name });
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-new-chat]") || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  startNew();
});
addEventListener("assistants", () => store.dispatch({ type: "choose", assistant: store.get().assistant }));
address.follow((id) => (id ? open(id, { push: false }) : startNew({ push: false })));

createShortcuts({
  new: () => startNew(),
  ask: () => composer.focus(),
  stop,
  copy: copyLast,
  edit: () => thread.editLast(),
  print: () => Boolean(store.get().id) && printing.print(),
  search() {
    sidebar.show();
    one("[data-history-search]").select();
  },
  previous: () => step(-1),
  next: () => step(1),
  sidebar: () => sidebar.toggle(),
  theme: () => toast(t(`theme_${nextTheme()}`)),
});

async function print(id) {
  if (store.get().id !== id) await open(id);
  if (store.get().id === id) printing.print();
}

function step(by) {
  const id = conversations.beside(by);
  return id ? open(id) : false;
}

function copyLast() {
  const last = store.get().messages.findLast(({ role, text }) => role === "assistant" && text);
  return last ? copyAnswer(last).then(() => toast(t("copied"))) : false;
}

// "/?assistant=service" opens with that assistant chosen
const wanted = new URLSearchParams(location.search).get("assistant");
const found = data.assistants.find(({ slug }) => slug === wanted);
show(data.conversation, found?.slug);
composer.sent(goOn());
if (wanted && !found) toast(t("assistant_closed"));
socket.connect();
conversations.render();
if (parent === window && matchMedia("(pointer: fine)").matches) composer.focus(); // a frame takes no focus by itself
warmUp();
