/* A text that may hold code between fences, as nodes, and which of it is marked. */
import { h } from "./dom.js";

/** Not closed, as at the end of an excerpt, it goes to the end. */
const BLOCK = /^(`{3,})[^\s`]*\n([\s\S]*?)(?:^\1[ \t]*$|(?![\s\S]))/gm;

/** `ranges`: [start, end) of `text` in order and apart; they get a `<mark>`. */
export function coded(text, ranges = []) {
  const nodes = [];
  let from = 0;
  for (const block of text.matchAll(BLOCK)) {
    const start = block.index + block[0].indexOf("\n") + 1;
    const code = block[2].replace(/\n$/, "");
    nodes.push(...marked(text, from, block.index, ranges));
    nodes.push(h("pre", {}, h("code", {}, ...marked(text, start, start + code.length, ranges))));
    from = block.index + block[0].length;
    if (text[from] === "\n") from += 1; // or it would be an empty line below the block
  }
  return [...nodes, ...marked(text, from, text.length, ranges)];
}

const NEXT = /\s*^(`{3,})[^\s`]*\n([\s\S]*?)^\1[ \t]*$/my;

/** The block of code that comes next at `at`: { code, end }; null where something else does. */
export function codeAt(text, at) {
  NEXT.lastIndex = at;
  const block = NEXT.exec(text);
  return block && { code: block[2], end: NEXT.lastIndex };
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
