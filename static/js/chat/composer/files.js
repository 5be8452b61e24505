/* Files and images for the next question: brought by a button, pasted or dropped, read at once, shown as chips. */
import { h, icon, one } from "../page/dom.js";
import { imageButton } from "./images.js";
import { api, data, t } from "../page/page.js";
import { toast } from "../page/toast.js";
import { upload } from "./uploading.js";

const LIMITS = data.files;
const ADDRESS = "/api/chat/files/";
const TEXTS = [".txt", ".md"]; // what is text already

/** `1.2 MB`, `34 KB` */
function sizeText(bytes) {
  const [value, unit] = bytes < 1024 ** 2 ? [Math.max(1, Math.round(bytes / 1024)), "kilobyte"] : [bytes / 1024 ** 2, "megabyte"];
  const figure = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, figure).format(value);
}

/** Name and size, with what `children` say of its state. */
export function fileChip({ name, size }, ...children) {
  return h("li", { class: "file-chip" }, icon("document"), h("span", { class: "cut" }, name), h("span", { class: "file-size" }, sizeText(size)), ...children);
}

/** Chinese texts of old are in GB 18030. */
function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/**
 * `changed(isTaken)` is called when a file is ready, refused or taken back; `take(text)` gets what a document says where the
 * text itself is what is asked about.
 */
export function createFiles({ changed, take: takeText }) {
  const list = one("[data-files]");
  const input = one("[data-file-input]");
  const button = one("[data-file-button]");
  const drop = one("[data-drop]");
  let brought = []; // { name, size, image, preview, state: sending | reading | ready | failed, id, message, sending }
  let seesImages = null; // whether whoever is asked next sees them
  let task = "answer"; // what whoever is asked next does

  /** What can be sent with the assistant that is asked now. */
  const isReady = ({ state, image }) => state === "ready" && (seesImages || !image);
  const messageOf = (file) => (file.image && !seesImages ? t("images_unseen") : file.message);

  function render({ isTaken = false } = {}) {
    list.hidden = !brought.length;
    list.replaceChildren(...brought.map(chip));
    changed(isTaken);
  }

  function chip(file) {
    const remove = h("button", { class: "icon-button small", type: "button", "aria-label": t("file_remove", { name: file.name }), onclick: () => take(file) }, icon("close"));
    const message = messageOf(file);
    const isImage = file.preview && !message;
    const line = isImage
      ? h("li", { class: "image-chip" }, imageButton(file), !isReady(file) && progress(file), remove)
      : fileChip(file, !isReady(file) && (message ? h("span", { class: "file-state" }, message) : progress(file)), remove);
    line.dataset.state = message ? "failed" : file.state;
    return line;
  }

  /** How much has gone; then it is being read, which nobody can measure. */
  function progress(file) {
    file.bar = h("progress", { max: 1, "aria-label": t("file_sending", { name: file.name }) });
    if (file.state === "sending") file.bar.value = file.part ?? 0;
    return file.bar;
  }

  /** Takes one back; what is typed and the other files stay. */
  function take(file) {
    brought = brought.filter((other) => other !== file);
    file.sending?.abort();
    forget(file);
    if (file.id) api(`${ADDRESS}${file.id}/`, { method: "DELETE", keepalive: true }).catch(() => {}); // forgotten after a day
    render({ isTaken: true });
    one("[data-question]").focus();
  }

  const forget = ({ preview }) => preview && URL.revokeObjectURL(preview);

  function refusal({ name, size, type }) {
    const suffix = /\.[^.]+$/.exec(name.toLowerCase())?.[0];
    const isImage = type.startsWith("image/") || LIMITS.images.includes(suffix);
    if (isImage && !seesImages) return t("images_unseen");
    if (task === "translate" && !TEXTS.includes(suffix)) return t("file_text_only");
    if (size > LIMITS.bytes) return t("file_too_large", { limit: LIMITS.megabytes });
    return [...LIMITS.suffixes, ...LIMITS.images].includes(suffix) ? null : t(isImage ? "image_wrong_type" : "file_wrong_type");
  }

  /** Returns them once they are read, each with what became of it. */
  async function add(chosen) {
    const room = LIMITS.files - brought.filter(({ state }) => state !== "failed").length;
    if (chosen.length > room) toast(t("file_too_many", { count: LIMITS.files }));
    const sending = [...chosen].slice(0, Math.max(0, room)).map((file) => {
      const message = refusal(file);
      const preview = !message && file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
      return { name: file.name, size: file.size, file, preview, state: message ? "failed" : "sending", message };
    });
    brought = [...brought, ...sending];
    render();
    for (const one of sending) if (one.state === "sending") await (task === "translate" ? open(one) : bring(one)); // one after the other
    render();
    return sending;
  }

  async function bring(file) {
    const form = new FormData();
    form.append("file", file.file, file.name);
    file.sending = upload(ADDRESS, form, (part) => {
      file.part = part;
      if (part < 1) file.bar.value = part;
      else if (file.state === "sending") {
        file.state = "reading";
        file.bar.removeAttribute("value");
      }
    });
    try {
      Object.assign(file, await file.sending.done, { state: "ready" });
    } catch ({ message }) {
      Object.assign(file, { state: "failed", message });
    }
    if (!brought.includes(file)) return;
    render();
    one("[data-live]").textContent = file.message ?? t("file_ready", { name: file.name });
  }

  /** A translator is given the text itself: it goes into the field, where it can be read and cut before. */
  async function open(file) {
    const text = decoded(await file.file.arrayBuffer()).trim();
    if (text.length + one("[data-question]").value.length > LIMITS.characters) {
      return void Object.assign(file, { state: "failed", message: t("file_too_long", { limit: LIMITS.characters }) });
    }
    brought = brought.filter((other) => other !== file);
    takeText(text);
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  button.addEventListener("click", () => input.click());
  one("[data-question]").addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    // what is copied from a table or a text comes as a picture as well: its words are meant
    if (!files.length || (types.includes("text/html") && types.includes("text/plain"))) return;
    event.preventDefault();
    add([...files]);
  });

  const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  let over = 0;
  addEventListener("dragenter", (event) => holdsFiles(event) && (drop.hidden = !(over += 1)));
  addEventListener("dragleave", (event) => holdsFiles(event) && (drop.hidden = !(over = Math.max(0, over - 1))));
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    drop.hidden = !(over = 0);
    add([...event.dataTransfer.files]);
  });

  return {
    add,
    isReading: () => brought.some(({ state }) => ["sending", "reading"].includes(state)),
    /** Whether whoever is asked next sees images, and what it does. */
    allow({ images: allowed, task: doing = "answer" }) {
      if (allowed === seesImages && doing === task) return;
      [seesImages, task] = [allowed, doing];
      input.accept = [...(task === "translate" ? TEXTS : LIMITS.suffixes), ...(allowed ? LIMITS.images : [])].join(",");
      const which = task === "translate" ? "_text" : allowed ? "_with_images" : "";
      const { megabytes: limit, files: count, characters } = LIMITS;
      button.title = t(`bring${which}`, { limit });
      one("[data-drop-kinds]").textContent = t(`kinds${which}`, { limit, count, characters });
      render();
    },
    hasFailed: () => brought.some(({ state }) => state === "failed"),
    /** Whether a text is read as a document, and not what is asked about itself. */
    takesTexts: () => task !== "translate",
    /** Those that go with the question that is sent now; what cannot go stays, and says why. */
    takeAll() {
      const ready = brought.filter(isReady);
      brought = brought.filter((file) => !ready.includes(file));
      ready.forEach(forget);
      render();
      return ready.map(({ id, name, size, image }) => ({ id, name, size, image }));
    },
  };
}
