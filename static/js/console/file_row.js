/* A chosen file: its name, a bar, its size, or why it is left out. */
import { size } from "./upload_words.js";

export function fileRow(name, bytes, leftOut) {
  const row = Object.assign(document.createElement("div"), { className: leftOut ? "upload-file left-out" : "upload-file" });
  const label = Object.assign(document.createElement("span"), { className: "cut", textContent: name, title: name });
  const bar = Object.assign(document.createElement("progress"), { max: bytes || 1, value: 0 });
  bar.setAttribute("aria-label", name);
  const note = Object.assign(document.createElement("span"), { className: "figures muted", textContent: leftOut || size(bytes) });
  row.append(label, ...(leftOut ? [note] : [bar, note]));
  return { row, bar };
}
