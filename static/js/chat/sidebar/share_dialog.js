/* Sharing: addresses under which others read a conversation as it is now, each of which can be taken back. */
import { copyText } from "../../copy_text.js";
import { h, icon, one } from "../page/dom.js";
import { api, t } from "../page/page.js";
import { toast } from "../page/toast.js";

export function createShareDialog() {
  const dialog = one("[data-share]");
  const list = one("[data-share-list]");
  const make = one("[data-share-make]");
  let address = "";

  const failed = (error) => toast(error.status ? error.message : t("share_failed"));

  function row(share) {
    const copy = h("button", { class: "button small", type: "button", onclick: async () => {
      await copyText(share.address);
      copy.replaceChildren(icon("check"), t("copied"));
    } }, icon("copy"), t("copy_address"));
    const remove = h("button", { class: "button small quiet", type: "button", onclick: async () => {
      try {
        await api(`${address}${share.id}/`, { method: "DELETE" });
        line.remove();
      } catch (error) {
        failed(error);
      }
    } }, t("take_back"));
    const line = h("li", {}, h("input", { readonly: true, value: share.address, "aria-label": t("address") }), h("div", { class: "line" }, copy, remove));
    return line;
  }

  make.addEventListener("click", async () => {
    make.disabled = true;
    try {
      list.prepend(row(await api(address, { method: "POST" })));
    } catch (error) {
      failed(error);
    } finally {
      make.disabled = false;
    }
  });
  one("[data-share-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  return {
    async open({ id }) {
      address = `/api/chat/conversations/${id}/shares/`;
      list.replaceChildren();
      dialog.showModal();
      try {
        const { shares } = await api(address);
        list.replaceChildren(...shares.map(row));
      } catch (error) {
        failed(error);
      }
    },
  };
}
