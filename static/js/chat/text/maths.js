/*
 * Formulas in Markdown, as models write them: $…$ and \(…\) in a line, $$…$$ and \[…\] on lines of their own. Their TeX
 * stands as code until the typesetter is there, which is fetched with the first formula; it makes MathML.
 */
const LONGEST = 4000; // characters of TeX
const WAYS = [["$$", "$$"], ["\\[", "\\]"]];
const SINGLE = /\$(?!\s)((?:\\[^\n]|[^\\$\n])+?)(?<!\s)\$(?![0-9A-Za-z])/y;
const AMOUNT = /^[\d.,]+\s*(?:[\s，。、；]|\p{Script=Han})/u; // "$5 or 6 US$" is no formula
const PROSE = /\p{Letter}{3,}\s+\p{Letter}{2,}/u;
const SIGNS = /[\\^_={}]/;

/** Teaches a Markdown reader. Where `env.open` the text goes on, so a formula may still be without its end. */
export function readMaths(md) {
  md.block.ruler.before("fence", "maths", block, { alt: ["paragraph", "reference", "blockquote", "list"] });
  md.inline.ruler.before("escape", "maths", inline);
  md.renderer.rules.maths = (tokens, at) =>
    `<code data-maths="${tokens[at].meta}">${md.utils.escapeHtml(tokens[at].content)}</code>`;
  md.renderer.rules.maths_block = (tokens, at) =>
    `<p><code data-maths="${tokens[at].meta}">${md.utils.escapeHtml(tokens[at].content)}</code></p>\n`;
}

function block(state, startLine, endLine, silent) {
  const way = WAYS.find(([opening]) => lineOf(state, startLine).startsWith(opening));
  if (!way || state.sCount[startLine] - state.blkIndent >= 4) return false;
  const [opening, closing] = way;
  const lines = [lineOf(state, startLine).slice(opening.length)];
  let next = startLine + 1;
  while (!lines.at(-1).endsWith(closing) && next < endLine && state.sCount[next] >= state.blkIndent) lines.push(lineOf(state, next++));
  const isClosed = lines.at(-1).endsWith(closing);
  if (!isClosed && !state.env.open) return false;
  const tex = lines.join("\n");
  const inside = isClosed ? tex.slice(0, -closing.length) : tex;
  if (inside.includes(opening)) return false; // $$a$$ and $$b$$: formulas in a line
  if (silent) return true;
  state.line = next;
  const token = state.push("maths_block", "code", 0);
  Object.assign(token, { content: inside.trim(), block: true, map: [startLine, next], meta: isClosed ? "block" : "open" });
  return true;
}

/** Without the blanks around it. */
const lineOf = (state, line) => state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]).trimEnd();

function inline(state, silent) {
  const found = inlineAt(state.src, state.pos);
  if (!found) return false;
  if (!silent) Object.assign(state.push("maths", "code", 0), { content: found.tex.trim(), meta: found.kind });
  state.pos += found.length;
  return true;
}

function inlineAt(src, pos) {
  if (src.startsWith("\\(", pos)) return enclosed(src, pos, "\\)", "inline");
  if (src.startsWith("\\[", pos)) return enclosed(src, pos, "\\]", "block", SIGNS);
  if (src.startsWith("$$", pos)) return enclosed(src, pos, "$$", "block");
  if (src[pos] !== "$" || /[0-9A-Za-z$\\]/.test(src[pos - 1] ?? "")) return null;
  SINGLE.lastIndex = pos;
  const [whole, tex] = SINGLE.exec(src) ?? [];
  if (!tex || (!SIGNS.test(tex) && (AMOUNT.test(tex) || PROSE.test(tex)))) return null;
  return { tex, kind: "inline", length: whole.length };
}

/** `\[` and the like also escape a bracket: only what holds one of `signs` is a formula. */
function enclosed(src, pos, closing, kind, signs = /\S/) {
  const end = src.indexOf(closing, pos + 2);
  const tex = src.slice(pos + 2, end);
  return end > 0 && signs.test(tex) ? { tex, kind, length: end + 2 - pos } : null;
}

let typeset = null; // (tex, isBlock) => a node
let coming = null;

/** Puts MathML in the place of the TeX inside `fragment`, at once or as soon as the typesetter is there. */
export function drawMaths(fragment) {
  const places = [...fragment.querySelectorAll("code[data-maths]:not([data-maths=open])")];
  if (!places.length) return;
  if (typeset) places.forEach(draw);
  else fetched().then(() => typeset && places.forEach(draw));
}

/** Resolves when every formula so far is drawn, or its TeX has to do. */
export const mathsDrawn = async () => coming;

function fetched() {
  coming ??= import("../../../vendor/maths.js").then(
    (module) => (typeset = module.typeset),
    () => (coming = null), // asked for again with the next formula
  );
  return coming;
}

function draw(place) {
  const tex = place.textContent;
  if (tex.length > LONGEST) return;
  try {
    place.replaceWith(typeset(tex, place.dataset.maths === "block"));
  } catch {
    /* half a formula, or a command that nobody knows: the TeX stays */
  }
}
