/*
 * Sends files chunk by chunk. The server's offset is the truth: after any break HEAD asks for it and PATCH goes on
 * from there, so nothing is sent twice and nothing is left out, whatever tab, browser or day it is continued in.
 */
import { fill, words } from "./upload_words.js";

const CHUNK = 4 * 1024 * 1024;
const LARGEST_DIGEST = 256 * 1024 * 1024;
const LONGEST_WAIT = 30;
const BROKEN = new Set([0, 408, 429, 500, 502, 503, 504]);

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Transfer {
  static async begin(form, files, version, listeners) {
    const transfer = new Transfer(form, files, listeners);
    const state = version
      ? await transfer.ask("GET", `${form.dataset.upload}${version}/`)
      : await transfer.ask("POST", form.dataset.upload, {
          name: form.elements.name.value,
          files: files.accepted(),
        });
    transfer.take(state);
    return transfer;
  }

  constructor(form, files, listeners) {
    this.base = form.dataset.upload;
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.files = files;
    this.listeners = listeners;
    this.running = false;
  }

  take(state) {
    this.version = state.version;
    this.url = state.url;
    this.rows = state.files;
    for (const { name, size } of this.rows) {
      const file = this.files.files.get(name);
      if (!file) throw new Error(fill(words.needed, { names: name }));
      if (file.size !== size) throw new Error(fill(words.other_file, { name }));
    }
  }

  pause() {
    this.running = false;
    this.abort?.abort();
  }

  async run() {
    this.running = true;
    this.began = { at: performance.now(), done: this.done() };
    for (const row of this.rows) {
      while (row.received < row.size && this.running) await this.advance(row);
      this.files.advance(row.name, row.received);
    }
    if (!this.running) return { state: "paused", done: this.done(), total: this.total() };
    this.running = false;
    return this.ask("POST", `${this.base}${this.version}/finish/`, { sha256: await this.digests() });
  }

  /* Only of what fits into memory, and only where the browser offers it (https or this machine). */
  async digests() {
    const digests = {};
    for (const { name, size } of this.rows) {
      if (!crypto.subtle || size > LARGEST_DIGEST) continue;
      const digest = await crypto.subtle.digest("SHA-256", await this.files.files.get(name).arrayBuffer());
      digests[name] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return digests;
  }

  /* One chunk; after a break waits, longer each time, and asks for the offset. */
  async advance(row) {
    try {
      const chunk = this.files.files.get(row.name).slice(row.received, row.received + CHUNK);
      row.received = await this.patch(row, chunk);
      this.waits = 0;
      this.files.advance(row.name, row.received);
      const seconds = (performance.now() - this.began.at) / 1000;
      const perSecond = (this.done() - this.began.done) / seconds;
      this.listeners.progress({ done: this.done(), total: this.total(), perSecond });
    } catch (error) {
      if (!this.running) return;
      if (error instanceof Refused && error.status !== 409 && !BROKEN.has(error.status)) throw this.stop(error);
      if (error.status !== 409) await this.wait();
      row.received = await this.offset(row).catch(() => row.received);
    }
  }

  async patch(row, chunk) {
    this.abort = new AbortController();
    const response = await fetch(this.address(row), {
      method: "PATCH",
      body: chunk,
      signal: this.abort.signal,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": row.received,
        "X-CSRFToken": this.token,
      },
    });
    if (!response.ok) throw await refused(response);
    return Number(response.headers.get("Upload-Offset"));
  }

  async offset(row) {
    const response = await fetch(this.address(row), { method: "HEAD", headers: { Accept: "application/json" } });
    if (!response.ok) throw new Refused(response.status, "");
    return Number(response.headers.get("Upload-Offset"));
  }

  async wait() {
    this.waits = (this.waits ?? 0) + 1;
    for (let seconds = Math.min(LONGEST_WAIT, 2 ** this.waits); seconds > 0 && this.running; seconds--) {
      this.listeners.waiting(seconds);
      await new Promise((done) => setTimeout(done, 1000));
    }
  }

  stop(error) {
    this.running = false;
    return error;
  }

  cancel() {
    this.pause();
    return this.ask("POST", `${this.base}${this.version}/cancel/`);
  }

  async ask(method, url, body) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.token };
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw await refused(response);
    return response.json();
  }

  address(row) {
    return `${this.base}${this.version}/files/${row.name.split("/").map(encodeURIComponent).join("/")}`;
  }

  done() {
    return this.rows.reduce((sum, row) => sum + row.received, 0);
  }

  total() {
    return this.rows.reduce((sum, row) => sum + row.size, 0);
  }
}

async function refused(response) {
  const body = await response.json().catch(() => null);
  return new Refused(response.status, body?.error?.message ?? `HTTP ${response.status}`);
}
