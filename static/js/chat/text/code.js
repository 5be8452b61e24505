/* Blocks of code get a button that copies them. */
import { copyText } from "../../copy_text.js";
import { h, icon } from "../page/dom.js";
import { t } from "../page/page.js";

export function copyableCode(fragment) {
  for (const code of fragment.querySelectorAll("pre > code")) code.before(copyButton(code));
}

function copyButton(code) {
  const say = (word, picture) => {
    button.replaceChildren(icon(picture));
    button.ariaLabel = button.title = t(word);
  };
  const button = h("button", { class: "icon-button small copy-code", type: "button", onclick: async () => {
    await copyText(code.textContent.trimEnd());
    say("copied", "check");
    setTimeout(say, 1600, "copy_code", "copy");
  } });
  say("copy_code", "copy");
  return button;
}
