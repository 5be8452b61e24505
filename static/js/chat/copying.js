/* An answer for the clipboard: its text, and below it the sources by number. */

export async function copyAnswer({ text, sources }) {
  const list = sources.map(({ number, title }) => `[${number}] ${title}`).join("\n");
  await navigator.clipboard.writeText(list ? `${text}\n\n${list}` : text);
}
