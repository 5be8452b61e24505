/* Asking for a person, also in a conversation that has no message yet, and going back to the assistant. */
import { api, newId, t } from "../page/page.js";
import { toast } from "../page/toast.js";

/** `began(id)`: the conversation is known to the server now. */
export function createHandover({ store, began }) {
  let over = Promise.resolve(); // what is written after asking for a person must not overtake that

  async function change(method) {
    const { id: known, assistant, standing: before } = store.get();
    const id = known ?? newId();
    // at once: what is written before the server has answered belongs into the same conversation
    store.dispatch({ type: "standing", id, standing: { state: method === "PUT" ? "waiting" : "bot", name: null } });
    try {
      const standing = await api(`/api/chat/conversations/${id}/person/`, { method, body: { assistant } });
      if (store.get().id === id) store.dispatch({ type: "standing", id, standing });
      began(id, !known);
    } catch (error) {
      const { id: shown, messages } = store.get();
      if (shown === id) store.dispatch({ type: "standing", id: messages.length ? id : known, standing: before });
      toast(error.status ? error.message : t("change_failed"));
    }
  }

  const begin = (method) => {
    over = over.then(() => change(method));
  };

  return { ask: () => begin("PUT"), withdraw: () => begin("DELETE"), afterwards: (run) => over.then(run) };
}
