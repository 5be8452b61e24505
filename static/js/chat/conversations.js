/* The list of conversations: opening one without leaving the page, and deleting one with a way back. */
import { h, icon, one } from "./dom.js";
import { api, data, t } from "./page.js";
import { toast } from "./toast.js";

const DAY = 86_400_000;

/** `open(id)` shows a conversation; `deleted(id)` is told when the shown one may have gone. */
export function createConversations({ open, deleted }) {
  const root = one("[data-conversations]");
  let items = data.conversations;
  let shown = null;
  const leaving = new Set();

  function groupOf({ updated_at: updated }) {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const time = new Date(updated).getTime();
    return time >= midnight ? "today" : time >= midnight - 7 * DAY ? "week" : "earlier";
  }

  function render() {
    const visible = items.filter(({ id }) => !leaving.has(id));
    if (!visible.length) {
      root.replaceChildren(h("p", { class: "conversations-empty" }, t("no_conversations")));
      return;
    }
    const groups = Object.entries(Object.groupBy(visible, groupOf));
    root.replaceChildren(...groups.flatMap(([group, members]) => [
      h("h2", { class: "conversations-group" }, t(group)),
      h("ul", { class: "conversation-list" }, ...members.map(row)),
    ]));
  }

  function row({ id, title }) {
    const name = title || t("untitled");
    const link = h("a", { href: `/c/${id}/`, class: "cut", title: name, "aria-current": id === shown && "page" }, name);
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      open(id);
    });
    const remove = h("button", { class: "icon-button small", type: "button", "aria-label": t("delete", { title: name }), onclick: () => removeLater(id) }, icon("trash"));
    return h("li", {}, link, remove);
  }

  function removeLater(id) {
    const wasShown = id === shown;
    leaving.add(id);
    render();
    if (wasShown) deleted(id);
    const undo = () => {
      leaving.delete(id);
      render();
      if (wasShown) open(id);
    };
    const finish = (undone) => {
      removeEventListener("pagehide", leaveNow);
      if (!undone) removeNow(id);
    };
    const message = toast(t("deleted"), { action: { label: t("undo"), run: undo }, gone: finish });
    const leaveNow = () => message.leave();
    addEventListener("pagehide", leaveNow);
  }

  async function removeNow(id) {
    try {
      await api(`/api/chat/conversations/${id}/`, { method: "DELETE", keepalive: true });
      items = items.filter((item) => item.id !== id);
    } catch {
      toast(t("delete_failed"));
    }
    leaving.delete(id);
    render();
  }

  return {
    show(id) {
      if (id === shown) return;
      shown = id;
      render();
    },
    /** A question was accepted: its conversation is the newest one. */
    touch({ id, title, assistant }) {
      items = [{ id, title, assistant, updated_at: new Date().toISOString() }, ...items.filter((item) => item.id !== id)];
      render();
    },
    render,
  };
}
