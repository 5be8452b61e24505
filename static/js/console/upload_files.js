/* The chosen files: which are accepted, and how far each has come. */
import { size, words } from "./upload_words.js";

const EXACT = new Set(JSON.parse(document.getElementById("upload-names").textContent));
const WEIGHTS = /^[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.safetensors$/;
// A model of images has a preprocessor in the tokenizer's place.
const IMAGES = "preprocessor_config.json";
// Of a chosen folder a file's name is its path inside; one file of an embedding model lies in a folder of its own.
const named = (file) => file.webkitRelativePath.split("/").slice(1).join("/") || file.name;
const needed = (files) => ["config.json", files.has(IMAGES) ? IMAGES : "tokenizer.json"];

export class FileList {
  constructor(list) {
    this.list = list;
    this.files = new Map();
    this.bars = new Map();
  }

  choose(chosen) {
    this.files = new Map();
    this.list.replaceChildren();
    this.list.hidden = !chosen.length;
    const files = chosen.map((file) => [named(file), file]);
    for (const [name, file] of files.toSorted(([a], [b]) => a.localeCompare(b))) {
      const fits = (EXACT.has(name) || WEIGHTS.test(name)) && file.size > 0;
      if (fits) this.files.set(name, file);
      this.list.append(this.row(name, file, fits));
    }
  }

  row(name, file, fits) {
    const row = document.createElement("div");
    row.className = fits ? "upload-file" : "upload-file left-out";
    const label = Object.assign(document.createElement("span"), { className: "cut", textContent: name });
    const bar = Object.assign(document.createElement("progress"), { max: file.size || 1, value: 0 });
    bar.setAttribute("aria-label", name);
    const note = document.createElement("span");
    note.className = "figures muted";
    note.textContent = fits ? size(file.size) : words.left_out;
    row.append(label, fits ? bar : document.createElement("span"), note);
    this.bars.set(name, bar);
    return row;
  }

  advance(name, received) {
    this.bars.get(name).value = received;
  }

  /* Each with the name that the server knows it by, and its size in bytes. */
  accepted() {
    return [...this.files].map(([name, { size }]) => ({ name, size }));
  }

  total() {
    return this.accepted().reduce((sum, file) => sum + file.size, 0);
  }

  missing() {
    const missing = needed(this.files).filter((name) => !this.files.has(name));
    return this.accepted().some((file) => WEIGHTS.test(file.name)) ? missing : [...missing, words.weights];
  }
}
