/* The chosen files of a model: which are accepted, and how far each has come. */
import { fileRow } from "./file_row.js";
import { fill, words } from "./upload_words.js";

const LARGEST_DIGEST = 256 * 1024 * 1024;

const EXACT = new Set(JSON.parse(document.getElementById("upload-names").textContent));
const WEIGHTS = /^[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.safetensors$/;
// A model of images has a preprocessor in the tokenizer's place.
const IMAGES = "preprocessor_config.json";
// Of a chosen folder a file's name is its path inside; one file of an embedding model lies in a folder of its own.
const named = (path) => path.split("/").slice(1).join("/") || path;
const needed = (files) => ["config.json", files.has(IMAGES) ? IMAGES : "tokenizer.json"];

export class ModelFiles {
  constructor(form, list) {
    this.form = form;
    this.list = list;
    this.files = new Map();
    this.bars = new Map();
  }

  /* [{ path, file }] */
  choose(chosen) {
    this.files = new Map();
    this.list.replaceChildren();
    this.list.hidden = !chosen.length;
    const files = chosen.map(({ path, file }) => [named(path), file]);
    for (const [name, file] of files.toSorted(([a], [b]) => a.localeCompare(b))) {
      const fits = (EXACT.has(name) || WEIGHTS.test(name)) && file.size > 0;
      if (fits) this.files.set(name, file);
      const { row, bar } = fileRow(name, file.size, fits ? "" : words.left_out);
      this.bars.set(name, bar);
      this.list.append(row);
    }
  }

  advance(name, received) {
    this.bars.get(name).value = received;
  }

  blob(name) {
    return this.files.get(name);
  }

  announced() {
    return { name: this.form.elements.name.value, files: this.accepted() };
  }

  match({ files }) {
    for (const { name, size } of files) {
      const file = this.files.get(name);
      if (!file) throw new Error(fill(words.needed, { names: name }));
      if (file.size !== size) throw new Error(fill(words.other_file, { name }));
    }
  }

  /* Digests only of what fits into memory, and only where the browser offers them (https or this machine). */
  async closing(files) {
    const sha256 = {};
    for (const { name, size } of files) {
      if (!crypto.subtle || size > LARGEST_DIGEST) continue;
      const digest = await crypto.subtle.digest("SHA-256", await this.files.get(name).arrayBuffer());
      sha256[name] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return { sha256 };
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
