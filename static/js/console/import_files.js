/*
 * The chosen files of an import: which can be imported, and all of them as the one stream of bytes that is sent. A
 * Blob of files is read only where it is sliced.
 */
import { fileRow } from "./file_row.js";
import { fill, words } from "./upload_words.js";

const SHOWN = 100; // rows

export class ImportFiles {
  constructor(list, limits) {
    this.list = list;
    this.limits = limits;
    this.files = new Map();
  }

  /* [{ path, file }]; names start below the one folder that all lie in. */
  choose(chosen) {
    this.files = new Map();
    const tops = new Set(chosen.map(({ path }) => (path.includes("/") ? path.split("/")[0] : "")));
    const cut = tops.size === 1 && !tops.has("") ? [...tops][0].length + 1 : 0;
    const found = chosen.map(({ path, file }) => [path.slice(cut), file, this.fault(path.slice(cut), file)]);
    // The same order in every browser: an upload may go on in another one.
    for (const [name, file, fault] of found.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (!fault) this.files.set(name, file);
    }
    this.show(found);
  }

  fault(name, file) {
    const suffix = name.slice(name.lastIndexOf(".")).toLowerCase();
    if (name.split("/").some((part) => part.startsWith("."))) return words.hidden;
    if (!this.limits.suffixes.includes(suffix)) return words.type;
    return file.size > this.limits.bytes ? words.large : "";
  }

  /* What is left out comes first: that is what somebody may want to know before it is too late. */
  show(found) {
    const rows = found.toSorted((a, b) => (b[2] !== "") - (a[2] !== "") || a[0].localeCompare(b[0])).slice(0, SHOWN);
    this.shown = [];
    this.list.replaceChildren();
    this.list.hidden = !found.length;
    for (const [name, file, fault] of rows) {
      const { row, bar } = fileRow(name, file.size, fault);
      if (!fault) this.shown.push({ name, bar });
      this.list.append(row);
    }
    if (found.length > rows.length) {
      const more = Object.assign(document.createElement("p"), { className: "small muted" });
      more.textContent = fill(words.more, { count: found.length - rows.length });
      this.list.append(more);
    }
  }

  accepted() {
    return [...this.files].map(([name, { size }]) => ({ name, size }));
  }

  missing() {
    return [];
  }

  total() {
    return this.accepted().reduce((sum, file) => sum + file.size, 0);
  }

  announced() {
    return { files: this.accepted() };
  }

  /* By their places: the server writes some names in another way. */
  match({ items }) {
    const files = [...this.files];
    this.begins = new Map();
    let offset = 0;
    for (const [place, { name, size }] of items.entries()) {
      if (place >= files.length) throw new Error(fill(words.needed, { names: name }));
      const [own, file] = files[place];
      if (file.size !== size) throw new Error(fill(words.other_file, { name }));
      this.begins.set(own, offset);
      offset += size;
    }
    if (files.length > items.length) throw new Error(fill(words.not_among, { name: files[items.length][0] }));
    this.stream = new Blob(files.map(([, file]) => file));
  }

  blob() {
    return this.stream;
  }

  advance(_stream, received) {
    for (const { name, bar } of this.shown) bar.value = Math.max(0, received - this.begins.get(name));
  }

  async closing() {
    return {};
  }
}
