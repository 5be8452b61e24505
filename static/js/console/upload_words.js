/* Words and figures of the upload. */
export const words = JSON.parse(document.getElementById("upload-strings").textContent);

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}

export function duration(seconds) {
  const minutes = seconds >= 90;
  return fill(minutes ? words.minutes : words.seconds, { count: Math.ceil(minutes ? seconds / 60 : seconds) });
}
