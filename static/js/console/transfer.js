/*
 * Sends files chunk by chunk. The server's offset is the truth: after any break HEAD asks for it and PATCH goes on
 * from there, so nothing is sent twice and nothing is left out, whatever tab, browser or day it is continued in.
 */
const CHUNK = 4 * 1024 * 1024;
const LONGEST_WAIT = 30;
const BROKEN = new Set([0, 408, 429, 500, 502, 503, 504]);

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/*
 * `source` is what was chosen: `announced()` is the body that begins an upload, `match(state)` throws for other files
 * than it began with, `blob(name)` holds the bytes of one of its `state.files`, `advance(name, received)` shows how
 * far that is, `closing()` is the body that ends it. The state says for each file where it is sent.
 */
export class Transfer {
  static async begin(base, token, source, id, listeners) {
    const transfer = new Transfer(token, source, listeners);
    transfer.state = id ? await transfer.ask("GET", `${base}${id}/`) : await transfer.ask("POST", base, source.announced());
    source.match(transfer.state);
    return transfer;
  }

  constructor(token, source, listeners) {
    this.token = token;
    this.source = source;
    this.listeners = listeners;
    this.running = false;
  }

  pause() {
    this.running = false;
    this.abort?.abort();
  }

  /* Until all is there. */
  async run() {
    this.running = true;
    this.began = { at: performance.now(), done: this.done() };
    for (const row of this.state.files) {
      while (row.received < row.size && this.running) await this.advance(row);
      this.source.advance(row.name, row.received);
    }
    const whole = this.running;
    this.running = false;
    return whole;
  }

  /* When the server misses something that had arrived, its offsets are asked for once more. */
  async finish() {
    try {
      return await this.ask("POST", this.state.finish, await this.source.closing(this.state.files));
    } catch (error) {
      if (error.status === 409) for (const row of this.state.files) row.received = await this.offset(row);
      throw error;
    }
  }

  /* One chunk; after a break waits, longer each time, and asks for the offset. */
  async advance(row) {
    try {
      const chunk = this.source.blob(row.name).slice(row.received, row.received + CHUNK);
      row.received = await this.patch(row, chunk);
      this.waits = 0;
      this.source.advance(row.name, row.received);
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
    const response = await fetch(row.address, {
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
    const response = await fetch(row.address, { method: "HEAD", headers: { Accept: "application/json" } });
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
    return this.ask("POST", this.state.cancel);
  }

  async ask(method, url, body) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.token };
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw await refused(response);
    return response.json();
  }

  done() {
    return this.state.files.reduce((sum, row) => sum + row.received, 0);
  }

  total() {
    return this.state.files.reduce((sum, row) => sum + row.size, 0);
  }
}

async function refused(response) {
  const body = await response.json().catch(() => null);
  return new Refused(response.status, body?.error?.message ?? `HTTP ${response.status}`);
}
