/* Puts a text into the clipboard. Pages over plain http, but on localhost, have only the older way. */

export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(field); // what is behind a dialog takes no focus
  const { activeElement: held } = document;
  field.select();
  document.execCommand("copy");
  field.remove();
  held?.focus();
}
