/* What the server put into the page: data and words; and how more is asked for. */
import { access } from "./access.js";

export const data = JSON.parse(document.getElementById("page-data").textContent);

/** The word `key` in the page's language, its {placeholders} filled in. */
export function t(key, values = {}) {
  return data.strings[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Fetches JSON of our own server, sending `body` as JSON; throws an Error with the server's message, `code` and `status`. */
export async function api(path, { method = "GET", body: sent = null, keepalive = false } = {}) {
  const { headers: shown, credentials } = await access.request(method);
  const headers = { Accept: "application/json", ...shown };
  if (sent) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, keepalive, body: sent && JSON.stringify(sent), credentials });
  const body = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === 401) access.ended();
  throw Object.assign(new Error(body.error?.message ?? response.statusText), { status: response.status, code: body.error?.code });
}

/** The BCP 47 tag of a text, by the rule of the server: two Han letters for each Latin word make it Chinese. */
export function languageOf(text) {
  const han = (text.match(/\p{Script=Han}/gu) ?? []).length;
  const latin = (text.match(/[A-Za-z]+/g) ?? []).length;
  return han && han * 2 >= latin ? "zh-Hans" : "en";
}

export const newId = () => crypto.randomUUID?.() ?? fallbackId();

/** randomUUID exists in secure contexts only; a shop's intranet may serve plain HTTP. */
function fallbackId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
