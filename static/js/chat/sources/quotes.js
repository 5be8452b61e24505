/* Which sentences an answer took from a source, and where they stand in its passage. Pure. */
import { codeAt } from "../text/coded.js";

const CITE = /\[(\d{1,2})\]/g;
const REPLY_END = /[,.:;!–—，。！：；]\s*/g;
const LONGEST_REPLY = 40; // characters of "No, they do not, "
const SENTENCE = /.+?(?:[。！？!?]+|\.(?=\s)|$)/gm;

/** The pieces of `text` that end in `[number]`, and the code that stands right behind it. */
export const quotesOf = (text, number) => piecesOf(text, number).map(({ said }) => said);

/**
 * Every place that an answer's `text` quotes of a source, whose excerpt is the first of them. The excerpt alone where it
 * is said in other words, as a row of a table is, or where a model writes.
 */
export function placesOf(text, { number, excerpt }) {
  const pieces = piecesOf(text, number);
  const block = codeAt(excerpt, Math.max(0, excerpt.indexOf("```")));
  const first = pieces.findIndex(({ said, isCode }) => (isCode ? said === block?.code : lengthOf(excerpt, said)));
  if (!excerpt || first < 0) return [excerpt];
  const { said } = pieces[first];
  const others = pieces.slice(first + 1).map((piece) => (piece.isCode ? `\`\`\`\n${piece.said}\n\`\`\`` : piece.said));
  return [block ? excerpt : excerpt + said.slice(lengthOf(excerpt, said)), ...others];
}

/** How much of `said` is the excerpt, whose "No, " an answer may leave out; 0 where it begins with anything else. */
function lengthOf(excerpt, said) {
  const openings = [...excerpt.matchAll(REPLY_END)].map((end) => end.index + end[0].length).filter((end) => end <= LONGEST_REPLY);
  const rest = [0, ...openings].map((end) => excerpt.slice(end)).find((words) => said.toLowerCase().startsWith(words.toLowerCase()));
  return rest?.length ?? 0;
}

function piecesOf(text, number) {
  const pieces = [];
  let from = 0;
  for (const cite of text.matchAll(CITE)) {
    if (cite.index < from) continue; // an index in code
    const isIt = Number(cite[1]) === number;
    const piece = text.slice(from, cite.index).trim();
    if (isIt && piece) pieces.push(...piece.split("\n").map((line) => ({ said: line.trim(), isCode: false })).filter(({ said }) => said));
    from = cite.index + cite[0].length;
    const behind = codeAt(text, from);
    if (!behind) continue;
    if (isIt) pieces.push({ said: behind.code, isCode: true });
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
