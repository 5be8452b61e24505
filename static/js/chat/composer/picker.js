/* The empty conversation: who can be asked, and what others ask first. */
import { doing } from "./doing.js";
import { h, one, whenChanged } from "../page/dom.js";
import { data, t } from "../page/page.js";

/** `choose(slug)` changes the assistant, `ask(text, slug)` asks at once; the event `assistants` says that they changed. */
export function createPicker({ choose, ask }) {
  const root = one("[data-picker]");
  const list = one("[data-assistants]");
  const promise = one("[data-promise]");
  let cards;
  let chosen;

  function draw() {
    cards = data.assistants.map((assistant) => card(assistant, choose, ask));
    list.replaceChildren(...cards.map(({ element }) => element));
    list.classList.toggle("single", cards.length === 1);
    press();
  }

  function press() {
    for (const { slug, button } of cards) button?.setAttribute("aria-pressed", slug === chosen);
    const assistant = data.assistants.find(({ slug }) => slug === chosen);
    promise.textContent = assistant ? t(doing(assistant).promise) : "";
  }

  draw();
  addEventListener("assistants", draw);
  return {
    render: whenChanged(({ id, assistant }) => {
      root.hidden = Boolean(id);
      chosen = assistant;
      press();
    }),
  };
}

function card({ slug, name, description, starters }, choose, ask) {
  const button = data.assistants.length > 1
    ? h("button", { class: "assistant-name", type: "button", onclick: () => choose(slug) }, name)
    : null;
  const element = h("article", { class: "assistant" },
    h("h2", {}, button ?? name),
    h("p", { class: "muted" }, description),
    h("ul", { class: "starters" }, ...starters.map((text) =>
      h("li", {}, h("button", { type: "button", onclick: () => ask(text, slug) }, text)))));
  return { slug, button, element };
}
