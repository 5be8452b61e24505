/* Images that were brought to a question: small beside it, and large in a dialog of their own. */
import { access } from "../page/access.js";
import { h, icon } from "../page/dom.js";
import { t } from "../page/page.js";
import { toast } from "../page/toast.js";

const small = new Map(); // id -> address of the small image, which many redrawings of a question share

/** A widget's frame shows itself by a header, which no `src` can carry: images are fetched, then shown. */
async function addressOf(id, size) {
  const { headers, credentials } = await access.request("GET");
  const response = await fetch(`/api/chat/files/${id}/image/${size ? `?size=${size}` : ""}`, { headers, credentials });
  if (!response.ok) throw new Error(t("image_failed"));
  return URL.createObjectURL(await response.blob());
}

function smallAddress(id) {
  if (!small.has(id)) small.set(id, addressOf(id, "small").catch(() => (small.delete(id), null)));
  return small.get(id);
}

/** `file`: { id, name, image: { width, height }, preview }, the last an address of what is not sent yet. */
export function imageButton(file) {
  const { id, name, image, preview } = file;
  const shown = h("img", { alt: t("image", { name }), src: preview, width: image?.width, height: image?.height, decoding: "async" });
  if (!preview) {
    shown.hidden = true; // until it has come, its place is a plain ground
    smallAddress(id).then((address) => address && Object.assign(shown, { src: address, hidden: false }));
  }
  const button = h("button", { class: "image-button", type: "button", "aria-haspopup": "dialog", title: name, onclick: () => open(file) }, shown);
  if (image) button.style.aspectRatio = `${image.width} / ${image.height}`;
  return button;
}

async function open({ id, name, preview }) {
  const close = h("button", { class: "icon-button image-close", type: "button", "aria-label": t("close") }, icon("close"));
  const shown = h("img", { alt: t("image", { name }) });
  const dialog = h("dialog", { class: "image-view", "aria-label": t("image", { name }) }, shown, close);
  dialog.addEventListener("click", ({ target }) => target !== shown && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (!preview) URL.revokeObjectURL(shown.src);
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    shown.src = preview ?? (await addressOf(id));
  } catch ({ message }) {
    dialog.close();
    toast(message);
  }
}
