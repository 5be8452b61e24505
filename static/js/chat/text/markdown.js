/*
 * Markdown of an answer to safe nodes. HTML in the text stays text; images are dropped; links lead out without a
 * referrer; `[3]` becomes the chip of source 3 where the answer has one.
 */
import { DOMPurify, MarkdownIt, closeOpenMarks } from "../../../vendor/markdown.js";
import { copyableCode } from "./code.js";
import { drawMaths, readMaths } from "./maths.js";

const SAFE = {
  ALLOWED_TAGS: ["a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"],
  ALLOWED_ATTR: ["href", "rel", "target", "start", "data-cite", "data-maths", "align"],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
const HALF_TYPED = { images: false, links: true, linkMode: "text-only", katex: false, htmlTags: false };

const md = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false });
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
md.validateLink = (url) => /^(https?:\/\/|mailto:)/i.test(url);
md.renderer.rules.image = (tokens, at) => md.utils.escapeHtml(tokens[at].content);
md.renderer.rules.link_open = (tokens, at, options, _env, self) => {
  tokens[at].attrSet("rel", "noopener noreferrer nofollow");
  tokens[at].attrSet("target", "_blank");
  return self.renderToken(tokens, at, options);
};
for (const cell of ["th_open", "td_open"]) {
  md.renderer.rules[cell] = (tokens, at, options, _env, self) => {
    const style = tokens[at].attrGet("style"); // which the page's policy would not let through
    if (style) tokens[at].attrs = [["align", style.replace("text-align:", "")]];
    return self.renderToken(tokens, at, options);
  };
}
readMaths(md);
md.inline.ruler.before("link", "cite", (state, silent) => {
  const found = /^\[(\d{1,2})\]/.exec(state.src.slice(state.pos, state.pos + 4));
  if (!found || !state.env.cited?.has(Number(found[1]))) return false;
  if (!silent) {
    state.pending = `${state.pending.trimEnd()}\u2060`; // a chip never starts a line: no space, and a word joiner
    state.push("cite", "sup", 0).content = found[1];
  }
  state.pos += found[0].length;
  return true;
});
md.renderer.rules.cite = (tokens, at) => `<sup data-cite="${tokens[at].content}"></sup>`;

/** The line at which each top-level block of `text` starts, whatever its lines hold. `open`: the text goes on. */
export function blockStarts(text, { open = false } = {}) {
  const tokens = [];
  md.block.parse(text.replaceAll("\r\n", "\n"), md, { open }, tokens);
  return tokens.filter((token) => token.level === 0 && token.nesting >= 0 && token.map).map((token) => token.map[0]);
}

/** `cited`: the numbers that have a source. `open`: the text goes on, so half-typed marks are closed. */
export function render(text, { cited, open = false }) {
  const fragment = DOMPurify.sanitize(md.render(open ? closeOpenMarks(text, HALF_TYPED) : text, { cited, open }), SAFE);
  copyableCode(fragment);
  drawMaths(fragment);
  return fragment;
}

const KINDS = ["## a", "**b** [c](https://d.example) `e` [1]", "- f\n- g", "1. h", "|i|\n|-|\n|j|", "```\nk\n```", "> l"];

/** Has the browser compile what reads Markdown while nothing else is to do, or the first answer would begin with a pause. */
export function warmUp([kind, ...others] = KINDS) {
  globalThis.requestIdleCallback?.(() => {
    render(kind, { cited: new Set([1]), open: true });
    if (others.length) warmUp(others);
  });
}
