/* One line of the list: its link, its menu, and the field that renames it. */
import { address } from "../page/address.js";
import { h, icon, one } from "../page/dom.js";
import { watchComposition } from "../page/ime.js";
import { data, t } from "../page/page.js";

/** `open(id)`, `change(item, fields)`, `share(item)`, `print(id)` and `removeLater(id)` are what a row can do. */
export function createRows({ render, open, change, share, print, removeLater }) {
  const menu = h("div", { class: "menu-list row-menu", popover: "auto" });
  one("#sidebar").append(menu); // inside, or opening it would close the drawer of a phone

  /** `words` are what was looked for, to be seen where they stand. */
  function row(item, isShown, words = []) {
    const name = item.title || t("untitled");
    const link = h("a", { href: address.of(item.id), title: name, "aria-current": isShown && "page" },
      h("span", { class: "cut" }, ...marked(name, words)),
      item.excerpt ? h("span", { class: "conversation-excerpt" }, ...marked(item.excerpt, words)) : null);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      open(item.id);
    });
    const more = h("button", { class: "icon-button small", type: "button", "aria-haspopup": "true", "aria-label": t("more_about", { title: name }) }, icon("more"));
    const line = h("li", { "data-id": item.id }, link, more);
    more.addEventListener("click", () => openMenu(item, more));
    return line;
  }

  /** The list may be made anew while the menu is open. */
  const lineOf = ({ id }) => one(`[data-conversations] [data-id="${id}"]`);
  const focusMore = (item) => lineOf(item)?.querySelector(":scope > button").focus();

  function openMenu(item, button) {
    const entry = (image, label, run) => h("button", { class: "menu-item", type: "button", onclick: () => {
      menu.hidePopover();
      focusMore(item); // where the keyboard goes on, unless what runs takes it elsewhere
      run();
    } }, icon(image), label);
    menu.replaceChildren(
      entry("compose", t("rename"), () => rename(item, lineOf(item))),
      entry("pin", t(item.pinned ? "unpin" : "pin"), () => change(item, { pinned: !item.pinned })),
      entry("share", t("share"), () => share(item)),
      ...(data.widget ? [] : [
        entry("document", t("download_word"), () => location.assign(`/c/${item.id}/word/`)),
        entry("download", t("download"), () => location.assign(`/c/${item.id}/download/`)),
      ]),
      entry("print", t("print"), () => print(item.id)),
      entry("trash", t("delete"), () => removeLater(item.id)),
    );
    menu.showPopover();
    const at = button.getBoundingClientRect();
    const below = at.bottom + menu.offsetHeight + 8 < innerHeight;
    menu.style.insetBlockStart = `${below ? at.bottom + 4 : at.top - menu.offsetHeight - 4}px`;
    menu.style.insetInlineStart = `${Math.min(at.left, innerWidth - menu.offsetWidth - 12)}px`;
    menu.firstElementChild.focus();
    menu.addEventListener("toggle", ({ newState }) => newState === "closed" && menu.contains(document.activeElement) && focusMore(item), { once: true });
  }

  function rename(item, line) {
    const field = h("input", { class: "rename", maxlength: 60, value: item.title, "aria-label": t("rename") });
    const isComposing = watchComposition(field);
    let over = false;
    const finish = (keep) => {
      if (over) return;
      over = true;
      const title = field.value.trim();
      const hadFocus = document.activeElement === field;
      field.replaceWith(link);
      if (hadFocus) link.focus();
      render(); // what came meanwhile has waited for the name
      if (keep && title && title !== item.title) change(item, { title });
    };
    const link = line.querySelector("a");
    link.replaceWith(field);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !isComposing(event)) finish(true);
      if (event.key === "Escape") finish(false);
    });
    field.addEventListener("blur", () => finish(true));
    field.focus();
    field.select();
  }

  return { row };
}

/** The text in pieces, each of the words in a <mark>. */
function marked(text, words) {
  if (!words.length) return [text];
  const any = new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})`, "giu");
  return text.split(any).map((piece, place) => (place % 2 ? h("mark", {}, piece) : piece));
}
