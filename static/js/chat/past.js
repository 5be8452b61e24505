/* What of a conversation is not on the page: messages before the first one shown, and other versions of those shown. */
import { api, t } from "./page.js";
import { toast } from "./toast.js";

export function createPast(store) {
  let fetching = false;

  async function showVersion(message) {
    const { id } = store.get();
    try {
      const conversation = await api(`/api/chat/conversations/${id}/shown/`, { method: "PUT", body: { message } });
      if (store.get().id === id) store.dispatch({ type: "load", conversation });
    } catch (error) {
      toast(error.status ? error.message : t("load_failed"));
    }
  }

  async function earlier() {
    const { id, messages } = store.get();
    if (fetching) return;
    fetching = true;
    try {
      const page = await api(`/api/chat/conversations/${id}/?before=${messages[0].id}`);
      if (store.get().id === id) store.dispatch({ ...page, type: "earlier" });
    } catch {
      toast(t("load_failed"));
    } finally {
      fetching = false;
    }
  }

  return { showVersion, earlier };
}
