/* An answer for the clipboard: its text, and below it the sources by number. */
import { copyText } from "../../copy_text.js";

export async function copyAnswer({ text, sources }) {
  const list = sources.map(({ number, title }) => `[${number}] ${title}`).join("\n");
  await copyText(list ? `${text}\n\n${list}` : text);
}
