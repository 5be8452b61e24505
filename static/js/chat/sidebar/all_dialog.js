/* All of one's conversations: a file of them to keep, and deleting them. */
import { one } from "../page/dom.js";
import { api, data, t } from "../page/page.js";
import { toast } from "../page/toast.js";

/**
 * `removeAllLater({ until, pinned, count })` deletes those that had begun `until` then, unless it is undone;
 * `refresh()` reads the list again, so that it knows when each of them began.
 */
export function createAllDialog({ refresh, removeAllLater }) {
  const dialog = one("[data-all]");
  const [state, keep, both, removal, remove] = ["state", "keep", "pinned", "removal", "delete"].map((name) => one(`[data-all-${name}]`));
  const tick = both.querySelector("input");
  let counted = { count: 0, pinned: 0 };

  const leaving = () => counted.count - (tick.checked ? 0 : counted.pinned);

  function render() {
    const { count, pinned } = counted;
    state.textContent = count === 1 ? t("all_one") : t(count ? "all_many" : "all_none", { count });
    keep.hidden = !count || Boolean(data.widget); // a frame's visitor is known by a header, which no link sends
    removal.hidden = !count;
    both.hidden = !pinned;
    both.querySelector("span").textContent = pinned === 1 ? t("all_pinned_one") : t("all_pinned_many", { count: pinned });
    remove.textContent = leaving() === 1 ? t("all_delete_one") : t("all_delete_many", { count: leaving() });
    remove.disabled = !leaving();
  }

  async function open() {
    try {
      counted = await api("/api/chat/history/");
      await refresh();
    } catch {
      toast(t("all_failed"));
      return;
    }
    tick.checked = false;
    render();
    dialog.showModal();
  }

  one("[data-all-open]")?.addEventListener("click", open);
  tick.addEventListener("change", render);
  remove.addEventListener("click", () => {
    dialog.close();
    removeAllLater({ until: counted.now, pinned: tick.checked, count: leaving() });
  });
  keep.querySelector("a").addEventListener("click", () => dialog.close());
  one("[data-all-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
