/* Text that grows, shown as Markdown: blocks that are complete keep their nodes, only the last one is parsed again. */
import { blockStarts, render } from "./markdown.js";

/** `hydrate(fragment)` puts life into new nodes. Call `show(text, …)` with the whole text each time. */
export function createBlocks(root, hydrate) {
  let settled = 0; // characters of the text whose nodes stay
  let shown = { text: "", cited: 0, open: true };
  let tail = [];

  function put(text, cited, open) {
    const fragment = render(text, { cited, open });
    hydrate(fragment);
    const nodes = [...fragment.childNodes];
    root.append(fragment);
    return nodes;
  }

  function restart() {
    root.replaceChildren();
    settled = 0;
    tail = [];
  }

  return {
    show(text, { cited, open }) {
      if (text === shown.text && cited.size === shown.cited && open === shown.open) return;
      if (!text.startsWith(shown.text.slice(0, settled))) restart();
      shown = { text, cited: cited.size, open };
      for (const node of tail) node.remove();
      const rest = text.slice(settled);
      const last = blockStarts(rest, { open }).at(-1) ?? 0;
      if (last > 0) {
        const cut = rest.split("\n", last).join("\n").length + 1;
        put(rest.slice(0, cut), cited, false);
        settled += cut;
      }
      tail = put(text.slice(settled), cited, open);
    },
  };
}
