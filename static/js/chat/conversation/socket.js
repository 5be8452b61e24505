/*
 * The websocket: connects again by itself, sends again what was not accepted, and asks for what was missed.
 * Ids are made here, so a question that is sent twice is one question.
 */
import { access } from "../page/access.js";

const FIRST_WAIT = 500; // ms, doubled at each failure, drawn at random below it (full jitter)
const LONGEST_WAIT = 15_000;
const NOT_KNOWN = 4401; // how the server closes on a hello that names nobody
const ACCEPT_TIMEOUT = 12_000; // a socket that stays silent longer is taken for dead

/** `onFrame(frame, again)`: again is true when the question that it is about was sent more than once; `onOpen(again)`. */
export function createSocket({ onFrame, onOpen, onConnection }) {
  const unaccepted = new Map(); // what the frame is about -> { frame, ref, sentAt, times, isHeld }
  let socket = null;
  let failures = 0;
  let wasOpen = false;
  let timer = 0;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;

  function connect() {
    clearTimeout(timer);
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    if (!access.isReady()) return void (unaccepted.size && becomeReady());
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const mine = new WebSocket(`${scheme}://${location.host}${access.socket}`);
    socket = mine;
    const names = new Map(); // the number that stands for a generation in the short lines of text -> its id
    mine.addEventListener("open", () => {
      failures = 0;
      onConnection(true);
      const hello = access.hello();
      if (hello) mine.send(JSON.stringify(hello));
      for (const waiting of unaccepted.values()) if (!waiting.isHeld) transmit(waiting);
      onOpen(wasOpen);
      wasOpen = true;
    });
    mine.addEventListener("message", ({ data }) => {
      if (socket === mine) onConnection(true);
      received(opened(JSON.parse(data), names));
    });
    mine.addEventListener("close", ({ code }) => {
      if (socket !== mine) return;
      if (code === NOT_KNOWN) access.ended();
      socket = null;
      onConnection(false);
      timer = setTimeout(connect, Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++));
    });
  }

  /** A line of text is [number, seq, text]: the answer's words are most of what comes. */
  function opened(frame, names) {
    if (Array.isArray(frame)) {
      const [number, seq, text] = frame;
      return { type: "event", generation: names.get(number), seq, event: { kind: "delta", text } };
    }
    if (frame.as) names.set(frame.as, frame.generation);
    return frame;
  }

  /** What waits is refused where nobody may ask. */
  async function becomeReady() {
    try {
      await access.ready();
      connect();
    } catch ({ message }) {
      for (const ref of [...unaccepted.keys()]) received({ type: "error", ref, message });
    }
  }

  function received(frame) {
    if (frame.code === "session_ended") access.ended();
    const ids = frame.type === "accepted" ? [frame.message, frame.generation] : [frame.ref];
    const again = ids.some((id) => unaccepted.get(id)?.times > 1);
    for (const id of ids) unaccepted.delete(id);
    onFrame(frame, again);
  }

  function transmit(waiting) {
    waiting.sentAt = Date.now();
    waiting.times += 1;
    socket.send(JSON.stringify(waiting.frame));
    setTimeout(() => {
      if (unaccepted.has(waiting.ref) && Date.now() - waiting.sentAt >= ACCEPT_TIMEOUT) drop();
    }, ACCEPT_TIMEOUT + 50);
  }

  /** Sends until the server has accepted or refused it. */
  function insist(frame, ref) {
    const waiting = { frame, ref, sentAt: 0, times: 0, isHeld: Boolean(access.asking) };
    unaccepted.set(ref, waiting);
    if (waiting.isHeld) letGo(waiting);
    else go(waiting);
  }

  function go(waiting) {
    if (isOpen()) transmit(waiting);
    else retryNow();
  }

  async function letGo(waiting) {
    try {
      await access.asking();
      waiting.isHeld = false;
      go(waiting);
    } catch ({ message }) {
      received({ type: "error", ref: waiting.ref, message });
    }
  }

  /** Gives up a socket that no longer answers; `close` alone would wait for the other end. */
  function drop() {
    const dead = socket;
    if (!dead) return;
    socket = null;
    dead.close();
    onConnection(false);
    connect();
  }

  function retryNow() {
    if (isOpen()) return;
    failures = 0;
    connect();
  }

  addEventListener("online", retryNow);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retryNow());

  return {
    connect,
    isOpen,
    ask: (frame) => insist({ type: "send", ...frame }, frame.message),
    again: (frame) => insist({ type: "again", ...frame }, frame.generation),
    revise: (frame) => insist({ type: "revise", ...frame }, frame.generation),
    goOn: (frame) => insist({ type: "continue", ...frame }, frame.generation),
    isWaiting: ({ id, question }) => unaccepted.has(id) || unaccepted.has(question),
    resume: (generation, lastSeq) => isOpen() && socket.send(JSON.stringify({ type: "resume", generation, after_seq: lastSeq })),
    stop: (generation, seenChars) => isOpen() && socket.send(JSON.stringify({ type: "stop", generation, seen_chars: seenChars })),
  };
}
