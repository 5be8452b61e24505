/* The chosen files: which are accepted, and how far each has come. */
import { size, words } from "./upload_words.js";

const EXACT = new Set(JSON.parse(document.getElementById("upload-names").textContent));
const WEIGHTS = /^[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.safetensors$/;
// A model of images has a preprocessor in the tokenizer's place.
const IMAGES = "preprocessor_config.json";
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
    for (const file of chosen.toSorted((a, b) => a.name.localeCompare(b.name))) {
      const fits = (EXACT.has(file.name) || WEIGHTS.test(file.name)) && file.size > 0;
      if (fits) this.files.set(file.name, file);
      this.list.append(this.row(file, fits));
    }
  }

  row(file, fits) {
    const row = document.createElement("div");
    row.className = fits ? "upload-file" : "upload-file left-out";
    const name = Object.assign(document.createElement("span"), { className: "cut", textContent: file.name });
    const bar = Object.assign(document.createElement("progress"), { max: file.size || 1, value: 0 });
    bar.setAttribute("aria-label", file.name);
    const note = document.createElement("span");
    note.className = "figures muted";
    note.textContent = fits ? size(file.size) : words.left_out;
    row.append(name, fits ? bar : document.createElement("span"), note);
    this.bars.set(file.name, bar);
    return row;
  }

  advance(name, received) {
    this.bars.get(name).value = received;
  }

  accepted() {
    return [...this.files.values()];
  }

  total() {
    return this.accepted().reduce((sum, file) => sum + file.size, 0);
  }

  missing() {
    const missing = needed(this.files).filter((name) => !this.files.has(name));
    return this.accepted().some((file) => WEIGHTS.test(file.name)) ? missing : [...missing, words.weights];
  }
}
