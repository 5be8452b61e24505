/* Talking to a person instead of the assistant: the line above the composer says who answers, the one below it offers. */
import { h, one, whenChanged } from "../page/dom.js";
import { t } from "../page/page.js";

/** `ask()` asks for a person, `withdraw()` goes back to the assistant. */
export function createPersonLine({ ask, withdraw }) {
  const root = one("[data-person]");
  const offer = one("[data-person-offer]");
  let shown = "";

  const button = (words, act) => h("button", { class: "button small quiet", type: "button", onclick: act }, words);
  const parts = {
    waiting: (name, hours) => [h("p", {}, t("person_waiting"), hours && h("span", { class: "hours" }, hours)), button(t("person_withdraw"), withdraw)],
    person: (name) => [h("p", {}, t("person_here", { name })), button(t("person_withdraw"), withdraw)],
    resolved: (name) => [h("p", {}, t("person_resolved", { name })), button(t("person_ask"), ask)],
  };

  offer.addEventListener("click", ask);
  return {
    render: whenChanged(({ standing: { state, name }, isOffered, isRunning, hours }) => {
      offer.hidden = state !== "bot" || !isOffered;
      offer.disabled = isRunning; // it keeps its room, or the field would jump
      root.hidden = state === "bot" || (state === "resolved" && (!isOffered || isRunning));
      root.dataset.state = state;
      const now = `${state} ${name} ${hours}`;
      if (shown === now) return;
      shown = now;
      if (state !== "bot") root.replaceChildren(...parts[state](name ?? t("person_somebody"), hours));
    }),
  };
}
