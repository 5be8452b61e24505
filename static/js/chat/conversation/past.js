/* What of a conversation is not on the page: messages before the first one shown, and other versions of those shown. */
import { api, t } from "../page/page.js";
import { toast } from "../page/toast.js";

export function createPast(store) {
  let fetching = null;

  async function showVersion(message) {
    const { id } = store.get();
    try {
      const conversation = await api(`/api/chat/conversations/${id}/shown/`, { method: "PUT", body: { message } });
      if (store.get().id === id) store.dispatch({ type: "load", conversation });
    } catch (error) {
      toast(error.status ? error.message : t("load_failed"));
    }
  }

  /** Returns whether they came. Whoever asks while they are on their way waits for the same ones. */
  function earlier() {
    fetching ??= fetchEarlier().finally(() => (fetching = null));
    return fetching;
  }

  async function fetchEarlier() {
    const { id, messages } = store.get();
    try {
      const page = await api(`/api/chat/conversations/${id}/?before=${messages[0].id}`);
      if (store.get().id !== id) return false;
      store.dispatch({ ...page, type: "earlier" });
      return true;
    } catch {
      toast(t("load_failed"));
      return false;
    }
  }

  return { showVersion, earlier };
}
