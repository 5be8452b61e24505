/*
 * Text that grows, shown as Markdown: blocks that are complete keep their nodes, only the last one is parsed again.
 * Complete ones stand together in stretches of about a view, so that the browser passes over those out of view as one.
 */
import { h } from "../page/dom.js";
import { blockStarts, render } from "./markdown.js";

const STRETCH = 2000; // characters

/** The blocks that `createBlocks` showed in `root`. */
export const blocksOf = (root) => [...root.children].flatMap((node) => (node.matches(".stretch") ? [...node.children] : node));

/** `hydrate(fragment)` puts life into new nodes. Call `show(text, …)` with the whole text each time. */
export function createBlocks(root, hydrate) {
  let settled = 0; // characters of the text whose nodes stay
  let shown = { text: "", cited: 0, open: true };
  let tail = [];
  let stretch = null; // that complete blocks go into: { element, length }

  function nodesOf(text, cited, open) {
    const fragment = render(text, { cited, open });
    hydrate(fragment);
    return [...fragment.childNodes];
  }

  function settle(text, cited) {
    if (!(stretch?.length < STRETCH)) begin();
    stretch.element.append(...nodesOf(text, cited, false));
    stretch.length += text.length;
    settled += text.length;
  }

  function begin() {
    stretch?.element.classList.add("whole"); // it has been shown: the browser keeps its height when it passes over it
    stretch = { element: h("div", { class: "stretch" }), length: 0 };
    root.append(stretch.element);
  }

  function restart() {
    root.replaceChildren();
    settled = 0;
    tail = [];
    stretch = null;
  }

  return {
    show(text, { cited, open }) {
      if (text === shown.text && cited.size === shown.cited && open === shown.open) return;
      if (!text.startsWith(shown.text.slice(0, settled))) restart();
      shown = { text, cited: cited.size, open };
      for (const node of tail) node.remove();
      const rest = text.slice(settled);
      const last = blockStarts(rest, { open }).at(-1) ?? 0;
      if (last > 0) settle(rest.slice(0, rest.split("\n", last).join("\n").length + 1), cited);
      root.append(...(tail = nodesOf(text.slice(settled), cited, open)));
    },
  };
}
