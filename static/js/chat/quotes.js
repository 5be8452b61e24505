/* Which sentences an answer took from a source, and where they stand in its passage. Pure. */
import { codeAt } from "./coded.js";

const CITE = /\[(\d{1,2})\]/g;
const SENTENCE = /.+?(?:[。！？!?]+|\.(?=\s)|$)/gm;

/** The pieces of `text` that end in `[number]`, and the code that stands right behind it. */
export function quotesOf(text, number) {
  const pieces = [];
  let from = 0;
  for (const cite of text.matchAll(CITE)) {
    if (cite.index < from) continue; // an index in code
    const isIt = Number(cite[1]) === number;
    const piece = text.slice(from, cite.index).trim();
    if (isIt && piece) pieces.push(...piece.split("\n").map((line) => line.trim()).filter(Boolean));
    from = cite.index + cite[0].length;
    const behind = codeAt(text, from);
    if (!behind) continue;
    if (isIt) pieces.push(behind.code);
    from = behind.end;
  }
  return pieces;
}

/** Ranges [start, end) of `passage` that hold one of `quotes`, in order and apart; spaces and line ends do not count. */
export function rangesOf(passage, quotes) {
  const found = quotes.flatMap((quote) => {
    const whole = locate(passage, quote);
    return whole ? [whole] : (quote.match(SENTENCE) ?? []).map((sentence) => locate(passage, sentence)).filter(Boolean);
  });
  const apart = [];
  for (const [start, end] of found.sort((a, b) => a[0] - b[0])) {
    const last = apart.at(-1);
    if (last && !passage.slice(last[1], start).trim()) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

function locate(passage, quote) {
  const words = quote.trim().split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!words.length) return null;
  const match = new RegExp(words.join("\\s*")).exec(passage);
  return match && [match.index, match.index + match[0].length];
}
