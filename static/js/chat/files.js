/* Files for the next question: brought by a button, pasted or dropped, read at once, and shown as chips. */
import { access } from "./access.js";
import { h, icon, one } from "./dom.js";
import { data, t } from "./page.js";
import { toast } from "./toast.js";

const LIMITS = data.files;
const ADDRESS = "/api/chat/files/";

/** `1.2 MB`, `34 KB` */
export function sizeText(bytes) {
  const [value, unit] = bytes < 1024 ** 2 ? [Math.max(1, Math.round(bytes / 1024)), "kilobyte"] : [bytes / 1024 ** 2, "megabyte"];
  const figure = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, figure).format(value);
}

/** Name and size, with what `children` say of its state. */
export function fileChip({ name, size }, ...children) {
  return h("li", { class: "file-chip" }, icon("document"), h("span", { class: "cut" }, name), h("span", { class: "file-size" }, sizeText(size)), ...children);
}

/** `changed()` is called when a file is ready, refused or taken back. */
export function createFiles({ changed }) {
  const list = one("[data-files]");
  const input = one("[data-file-input]");
  const drop = one("[data-drop]");
  let brought = []; // { name, size, state: reading | ready | failed, id, message, cancel }

  function render() {
    list.hidden = !brought.length;
    list.replaceChildren(...brought.map((file) => {
      const remove = h("button", { class: "icon-button small", type: "button", "aria-label": t("file_remove", { name: file.name }), onclick: () => take(file) }, icon("close"));
      const chip = fileChip(file, file.state !== "ready" && h("span", { class: "file-state" }, file.message ?? t("file_reading")), remove);
      chip.dataset.state = file.state;
      return chip;
    }));
    changed();
  }

  /** Takes one back; what is typed and the other files stay. */
  function take(file) {
    brought = brought.filter((other) => other !== file);
    file.cancel?.abort();
    if (file.id) send(`${ADDRESS}${file.id}/`, { method: "DELETE", keepalive: true }).catch(() => {}); // forgotten after a day
    render();
  }

  function refusal({ name, size }) {
    const suffix = /\.[^.]+$/.exec(name.toLowerCase())?.[0];
    if (size > LIMITS.bytes) return t("file_too_large", { limit: LIMITS.megabytes });
    return LIMITS.suffixes.includes(suffix) ? null : t("file_wrong_type");
  }

  async function add(chosen) {
    const room = LIMITS.files - brought.filter(({ state }) => state !== "failed").length;
    if (chosen.length > room) toast(t("file_too_many", { count: LIMITS.files }));
    const reading = [...chosen].slice(0, Math.max(0, room)).map((file) => {
      const message = file.type.startsWith("image/") ? t("file_picture") : refusal(file);
      return { name: file.name, size: file.size, file, state: message ? "failed" : "reading", message };
    });
    brought = [...brought, ...reading];
    render();
    for (const one of reading) if (one.state === "reading") await upload(one); // one after the other
  }

  async function upload(file) {
    const form = new FormData();
    form.append("file", file.file, file.name);
    file.cancel = new AbortController();
    try {
      Object.assign(file, await send(ADDRESS, { method: "POST", body: form, signal: file.cancel.signal }), { state: "ready" });
    } catch (error) {
      Object.assign(file, { state: "failed", message: error.status ? error.message : t("file_failed") });
    }
    if (brought.includes(file)) render();
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  one("[data-file-button]").addEventListener("click", () => input.click());
  one("[data-question]").addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add([...event.clipboardData.files]);
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
    isReading: () => brought.some(({ state }) => state === "reading"),
    /** Those that go with the question that is sent now. */
    takeAll() {
      const ready = brought.filter(({ state }) => state === "ready").map(({ id, name, size }) => ({ id, name, size }));
      brought = [];
      render();
      return ready;
    },
  };
}

async function send(path, options) {
  const { headers: shown, credentials } = await access.request(options.method);
  const response = await fetch(path, { ...options, headers: { Accept: "application/json", ...shown }, credentials });
  const body = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw Object.assign(new Error(body.error?.message ?? t("file_failed")), { status: response.status });
}
