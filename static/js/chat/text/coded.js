/* A text that may hold code between fences (as core/fences.py reads them), as nodes, and which of it is marked. */
import { h } from "../page/dom.js";

const STEP = /^(?: {3})*\d{1,3}\. |^ {3}/;
const FENCE = /(?<![^\n]) {0,3}(`{3,})([^`\n]*)(?![^\n])/g;

/** `ranges`: [start, end) of `text` in order and apart; they get a `<mark>`. The code of an excerpt may be `cutOff`. */
export function coded(text, { ranges = [], cutOff = false } = {}) {
  const nodes = [];
  let from = 0;
  for (const block of blocks(text, cutOff)) {
    nodes.push(...marked(text, from, block.start, ranges));
    const code = h("code", {}, ...marked(text, block.from, block.to, ranges));
    nodes.push(h("pre", { class: inStep(text, block.start) && "in-step" }, code));
    from = block.end;
    if (text[from] === "\n") from += 1; // or it would be an empty line below the block
  }
  return [...nodes, ...marked(text, from, text.length, ranges)];
}

/** Whether the line above is of a step: the fences of its code stand at the edge all the same. */
function inStep(text, start) {
  const line = text.slice(text.lastIndexOf("\n", start - 2) + 1, start);
  return start > 0 && STEP.test(line);
}

/** The block of code that comes next at `at`: { code, end }; null where something else does. */
export function codeAt(text, at) {
  const next = blocks(text).find(({ start }) => start >= at);
  if (!next || text.slice(at, next.start).trim()) return null;
  return { code: text.slice(next.from, next.to), end: next.end };
}

/** Where each stands with its fences, `start` to `end`, and its code, `from` to `to`. */
function blocks(text, cutOff = false) {
  const found = [];
  const fences = [...text.matchAll(FENCE)];
  while (fences.length) {
    const open = fences.shift();
    const from = open.index + open[0].length + 1;
    const place = fences.findIndex((fence) => !fence[2].trim() && fence[1].length >= open[1].length);
    if (place >= 0) {
      const [close] = fences.splice(0, place + 1).slice(-1);
      found.push({ start: open.index, from, to: Math.max(from, close.index - 1), end: close.index + close[0].length });
    } else if (cutOff && from <= text.length) {
      found.push({ start: open.index, from, to: text.length - text.endsWith("\n"), end: text.length });
      break;
    }
  }
  return found;
}

function marked(text, from, to, ranges) {
  const nodes = [];
  let at = from;
  for (const [start, end] of ranges) {
    const [first, last] = [Math.max(start, at), Math.min(end, to)];
    if (first >= last) continue;
    nodes.push(text.slice(at, first), h("mark", {}, text.slice(first, last)));
    at = last;
  }
  return [...nodes, text.slice(at, to)].filter(Boolean);
}
