/* The list of conversations: opening without leaving the page, pages of older ones, words to look for. */
import { createAllDialog } from "./all_dialog.js";
import { createRows } from "./conversation_row.js";
import { h, one } from "../page/dom.js";
import { drafts } from "../conversation/drafts.js";
import { api, data, t } from "../page/page.js";
import { removed } from "./removal.js";
import { createShareDialog } from "./share_dialog.js";
import { toast } from "../page/toast.js";

const DAY = 86_400_000;
const ADDRESS = "/api/chat/conversations/";
const TYPING_MS = 150;

/**
 * `open(id)` shows a conversation, `print(id)` prints it; `deleted()` is told when the shown one may have gone,
 * `renamed(title)` of its name.
 */
export function createConversations({ open, print, deleted, renamed }) {
  const root = one("[data-conversations]");
  const search = one("[data-history-search]");
  let { conversations: items, older } = data.history;
  let found = null; // what a search found: { items, older, words }, or null where nothing is looked for
  let shown = null;
  let asked = 0; // only the last search's answer counts
  const leaving = new Set(); // removals that can still be undone
  const rows = createRows({ render, open, change, share: createShareDialog().open, print, removeLater });
  createAllDialog({ refresh, removeAllLater });

  function groupOf({ pinned, updated_at: updated }) {
    if (pinned) return "pinned";
    const midnight = new Date().setHours(0, 0, 0, 0);
    const time = new Date(updated).getTime();
    return time >= midnight ? "today" : time >= midnight - 7 * DAY ? "week" : "earlier";
  }

  const visibleItems = () => (found?.items ?? items).filter((item) => ![...leaving].some(({ isLeaving }) => isLeaving(item)));

  /** The list anew, but not while a name is typed into it; the focus stays at its row. */
  function render() {
    if (one(".rename")) return;
    const { activeElement: held } = document;
    const place = root.contains(held) && held.closest("[data-id]") ? `[data-id="${held.closest("[data-id]").dataset.id}"] > ${held.localName}` : null;
    list();
    if (place) root.querySelector(place)?.focus({ preventScroll: true });
  }

  function list() {
    const visible = visibleItems();
    const { going } = [...leaving].find((removal) => removal.going) ?? {};
    if (going || !visible.length) {
      const words = going ? t("deleting_many", going) : t(found ? "nothing_found" : "no_conversations");
      root.replaceChildren(h("p", { class: "conversations-empty", role: "status" }, words));
    }
    if (!visible.length) return;
    const groups = found ? [["found", visible]] : Object.entries(Object.groupBy(visible, groupOf));
    const lists = groups.flatMap(([group, members]) => [
      h("h2", { class: "conversations-group" }, t(group)),
      h("ul", { class: "conversation-list" }, ...members.map((item) => rows.row(item, item.id === shown, found?.words))),
    ]);
    const next = [...leaving].some(({ isAll }) => isAll) ? "" : found ? found.older : older;
    root.replaceChildren(going ? root.firstElementChild : "", ...lists, next ? moreButton(next) : "");
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
      if (into) found = { ...into, items: [...into.items, ...page.conversations], older: page.older };
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
      found = { items: page.conversations, older: page.older, words: words.split(/\s+/) };
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
    remove({
      isLeaving: (item) => item.id === id,
      send: () => api(`${ADDRESS}${id}/`, { method: "DELETE", keepalive: true }),
      sent: () => drafts.keep(id, ""),
      words: { done: t("deleted"), failed: t("delete_failed") },
    });
  }

  /** Those that began after the server's moment `until` stay. */
  function removeAllLater({ until, pinned, count }) {
    const begin = () => api(`/api/chat/history/?${new URLSearchParams({ until, pinned })}`, { method: "DELETE", keepalive: true });
    remove(removalOfAll({ until, pinned }, begin, count === 1 ? t("deleted") : t("deleted_many", { count })));
  }

  /** `begin()` gives the server's removal, which is followed to its end. */
  function removalOfAll({ until, pinned }, begin, done = "") {
    const removal = {
      isAll: true,
      isLeaving: (item) => began(item) <= Date.parse(until) && (pinned || !item.pinned),
      async send() {
        await removed(await begin(), (going) => {
          removal.going = going;
          render();
        });
      },
      sent() {
        older = "";
        drafts.forget(["new", ...items.map(({ id }) => id)]);
      },
      words: { done, failed: t("delete_all_failed") },
    };
    return removal;
  }

  /** Hides them at once, and removes them when the message leaves without having been answered by "Undo". */
  function remove(removal) {
    const { isLeaving, words } = removal;
    const left = shown && isLeaving(items.find(({ id }) => id === shown) ?? { id: shown, created_at: 0 }) ? shown : null;
    leaving.add(removal);
    render();
    if (left) deleted();
    const undo = () => {
      leaving.delete(removal);
      render();
      if (left) open(left, { fromList: true });
    };
    const finish = (undone) => {
      removeEventListener("pagehide", leaveNow);
      if (!undone) removeNow(removal);
    };
    const message = toast(words.done, { action: { label: t("undo"), run: undo }, gone: finish });
    const leaveNow = () => message.leave();
    addEventListener("pagehide", leaveNow);
  }

  async function removeNow(removal) {
    const { isLeaving, isAll, send, sent, words } = removal;
    const without = (list) => list.filter((item) => !isLeaving(item));
    try {
      await send();
      items = without(items);
      if (found) found = { ...found, items: without(found.items), older: isAll ? "" : found.older };
      sent();
    } catch {
      toast(words.failed);
      if (isAll) refresh(); // some may be gone
    }
    leaving.delete(removal);
    render();
  }

  /** Reads the first page again; what was loaded beyond it stays, and what should be on it and is not was deleted. */
  async function refresh() {
    try {
      const page = await api(ADDRESS);
      const oldest = page.older && Date.parse(page.conversations.at(-1).updated_at);
      const beyond = items.filter(({ pinned, updated_at: updated }) => page.older && !pinned && Date.parse(updated) < oldest);
      items = ordered(merged(page.conversations, beyond));
      render();
    } catch {
      // no connection: the next change, or a reload, brings it
    }
  }

  if (data.removal) {
    const before = removalOfAll(data.removal, () => data.removal); // begun before the page was loaded anew
    leaving.add(before);
    removeNow(before);
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
    refresh,
    /** The id of the conversation `by` places below the shown one in the list; undefined beyond its ends. */
    beside(by) {
      const visible = visibleItems();
      const at = visible.findIndex(({ id }) => id === shown);
      return visible[at < 0 && by < 0 ? -1 : at + by]?.id;
    },
    render,
  };
}

/** In milliseconds; what was begun here since the list was read has no time of the server's yet. */
const began = ({ created_at: at }) => (at === undefined ? Infinity : new Date(at).getTime());

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
