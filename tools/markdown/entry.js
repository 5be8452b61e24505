/* What the pages use of the three libraries. */
export { default as DOMPurify } from "dompurify";
export { default as MarkdownIt } from "markdown-it";
export { default as closeOpenMarks } from "remend";
