/* Which part of an answer's Markdown the reader has selected. */
import { blocksOf } from "../text/blocks.js";
import { blockStarts } from "../text/markdown.js";

/** The selected range inside `root`, or null. */
export function selectedIn(root) {
  const selection = getSelection();
  if (!selection.rangeCount || !selection.toString().trim()) return null;
  const range = selection.getRangeAt(0);
  return root.contains(range.startContainer) ? range : null;
}

/** { start, end } in `text`: the very words where they stand there once, else the blocks that the range touches. */
export function placeOf(range, prose, text) {
  const blocks = blocksOf(prose);
  const lines = blockStarts(text);
  const touched = blocks.flatMap((block, at) => (isTouched(block, range) ? [at] : []));
  if (!touched.length || lines.length !== blocks.length) return { start: 0, end: text.length };
  const start = offset(text, lines[touched[0]]);
  const part = text.slice(start, offset(text, lines[touched.at(-1) + 1])).trimEnd();
  const words = range.toString().trim();
  const at = part.indexOf(words);
  if (at >= 0 && part.indexOf(words, at + 1) < 0) return { start: start + at, end: start + at + words.length };
  return { start, end: start + part.length };
}

/** A triple click ends before the first letter of the next paragraph, which is not meant. */
const isTouched = (block, range) => range.intersectsNode(block) && !(range.endOffset === 0 && range.endContainer === block);

/** Where a line begins; the end of the text where there is none. */
function offset(text, line) {
  if (line === undefined) return text.length;
  return line === 0 ? 0 : text.split("\n", line).join("\n").length + 1;
}
