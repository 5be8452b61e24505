/* The whole conversation on paper, or as a PDF by the browser's own dialog. */
import { h, one } from "../page/dom.js";
import { mathsDrawn } from "../text/maths.js";
import { data } from "../page/page.js";

/** `past` brings the messages that are not loaded yet, `thread` shows those that are. */
export function createPrinting({ store, past, thread }) {
  const head = one("[data-print-head]");

  addEventListener("beforeprint", () => {
    thread.showAll();
    const { title, assistant } = store.get();
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(new Date());
    const name = data.assistants.find(({ slug }) => slug === assistant)?.name;
    head.replaceChildren(h("p", { class: "print-title" }, title), h("p", {}, [name, day].filter(Boolean).join(" · ")));
  });

  return {
    /** Nothing is printed where the earlier messages cannot be had: half a conversation would look like a whole one. */
    async print() {
      while (store.get().earlier) if (!(await past.earlier())) return;
      thread.showAll();
      await mathsDrawn();
      window.print();
    },
  };
}
