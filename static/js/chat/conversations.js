/* The list of conversations: opening without leaving the page, pages of older ones, words to look for. */
import { createRows } from "./conversation_row.js";
import { h, one } from "./dom.js";
import { drafts } from "./drafts.js";
import { api, data, t } from "./page.js";
import { createShareDialog } from "./share_dialog.js";
import { toast } from "./toast.js";

const DAY = 86_400_000;
const ADDRESS = "/api/chat/conversations/";
const TYPING_MS = 150;

/**
 * `open(id)` shows a conversation, `print(id)` prints it; `deleted(id)` is told when the shown one may have gone,
 * `renamed(title)` of its name.
 */
export function createConversations({ open, print, deleted, renamed }) {
  const root = one("[data-conversations]");
  const search = one("[data-history-search]");
  let { conversations: items, older } = data.history;
  let found = null; // what a search found: { items, older }, or null where nothing is looked for
  let shown = null;
  let asked = 0; // only the last search's answer counts
  const leaving = new Set();
  const rows = createRows({ open, change, share: createShareDialog().open, print, removeLater });

  function groupOf({ pinned, updated_at: updated }) {
    if (pinned) return "pinned";
    const midnight = new Date().setHours(0, 0, 0, 0);
    const time = new Date(updated).getTime();
    return time >= midnight ? "today" : time >= midnight - 7 * DAY ? "week" : "earlier";
  }

  const visibleItems = () => (found?.items ?? items).filter(({ id }) => !leaving.has(id));

  function render() {
    const visible = visibleItems();
    if (!visible.length) {
      root.replaceChildren(h("p", { class: "conversations-empty", role: "status" }, t(found ? "nothing_found" : "no_conversations")));
      return;
    }
    const groups = found ? [["found", visible]] : Object.entries(Object.groupBy(visible, groupOf));
    const lists = groups.flatMap(([group, members]) => [
      h("h2", { class: "conversations-group" }, t(group)),
      h("ul", { class: "conversation-list" }, ...members.map((item) => rows.row(item, item.id === shown))),
    ]);
    const next = found ? found.older : older;
    root.replaceChildren(...lists, next ? moreButton(next) : "");
  }

  /** Asks for the next page by itself as soon as it comes into view. */
  function moreButton(cursor) {
    const button = h("button", { class: "button quiet small wide", type: "button", onclick: () => load(cursor) }, t("show_older"));
    const watcher = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      watcher.disconnect();
      load(cursor);
    }, { root });
    watcher.observe(button);
    return button;
  }

  async function load(cursor) {
    const into = found;
    try {
      const page = await api(`${ADDRESS}?${new URLSearchParams({ before: cursor, q: into ? search.value.trim() : "" })}`);
      if (into !== found) return;
      if (into) found = { items: [...into.items, ...page.conversations], older: page.older };
      else [items, older] = [merged(items, page.conversations), page.older];
      render();
    } catch {
      toast(t("load_failed"));
    }
  }

  async function look() {
    const words = search.value.trim();
    const mine = ++asked;
    if (!words) {
      found = null;
      render();
      return;
    }
    try {
      const page = await api(`${ADDRESS}?${new URLSearchParams({ q: words })}`);
      if (mine !== asked) return;
      found = { items: page.conversations, older: page.older };
      render();
    } catch {
      if (mine === asked) toast(t("search_failed"));
    }
  }

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(look, TYPING_MS);
  });

  /** Shows the change at once; the server's refusal takes it back. */
  async function change(item, fields) {
    const put = (value) => {
      items = items.map((other) => (other.id === item.id ? { ...other, ...value } : other));
      if (found) found = { ...found, items: found.items.map((other) => (other.id === item.id ? { ...other, ...value } : other)) };
      if ("pinned" in value) items = ordered(items);
      render();
      if (item.id === shown && value.title) renamed(value.title);
    };
    put(fields);
    try {
      put(await api(`${ADDRESS}${item.id}/`, { method: "PATCH", body: fields }));
    } catch (error) {
      put(Object.fromEntries(Object.keys(fields).map((name) => [name, item[name]])));
      toast(error.status ? error.message : t("change_failed"));
    }
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
      await api(`${ADDRESS}${id}/`, { method: "DELETE", keepalive: true });
      items = items.filter((item) => item.id !== id);
      drafts.keep(id, "");
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
      const known = items.find((item) => item.id === id);
      const touched = { pinned: false, ...known, id, title: title || known?.title, assistant, updated_at: new Date().toISOString() };
      items = ordered([touched, ...items.filter((item) => item.id !== id)]);
      render();
    },
    /** Reads the first page again; what was loaded beyond it stays, and what should be on it and is not was deleted. */
    async refresh() {
      try {
        const page = await api(ADDRESS);
        const oldest = page.older && Date.parse(page.conversations.at(-1).updated_at);
        const beyond = items.filter(({ pinned, updated_at: updated }) => page.older && !pinned && Date.parse(updated) < oldest);
        items = ordered(merged(page.conversations, beyond));
        render();
      } catch {
        // no connection: the next change, or a reload, brings it
      }
    },
    /** The id of the conversation `by` places below the shown one in the list; undefined beyond its ends. */
    beside(by) {
      const visible = visibleItems();
      const at = visible.findIndex(({ id }) => id === shown);
      return visible[at < 0 && by < 0 ? -1 : at + by]?.id;
    },
    render,
  };
}

/** Pinned ones first, then by time: as the server orders them. */
function ordered(items) {
  const time = ({ updated_at: updated }) => new Date(updated).getTime();
  const [pinned, others] = [items.filter((item) => item.pinned), items.filter((item) => !item.pinned)];
  return [...pinned, ...others.sort((a, b) => time(b) - time(a))];
}

function merged(items, more) {
  const known = new Set(items.map(({ id }) => id));
  return [...items, ...more.filter(({ id }) => !known.has(id))];
}
