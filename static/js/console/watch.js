/*
 * <div data-watch="/…/state/" data-until="ready rejected"> … <span data-watch-label>: a long step that goes on in the
 * server. Its label follows the state, a <progress> in it the `progress`, every <… data-part="name"> of the page the
 * HTML of that name in `parts`; when the state is one of data-until the page is loaded again with the outcome.
 */
const EVERY_MS = 1200;

async function look(element) {
  try {
    const response = await fetch(element.dataset.watch, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { state, label, progress, parts = {} } = await response.json();
    const shown = element.querySelector("[data-watch-label]");
    if (shown && shown.textContent !== label) shown.textContent = label;
    const bar = element.querySelector("progress");
    if (bar && progress !== undefined) bar.value = progress;
    for (const [name, html] of Object.entries(parts)) renew(document.querySelector(`[data-part="${name}"]`), html);
    if (element.dataset.until.split(" ").includes(state)) location.reload();
  } catch {
    // no connection: the next look may have one
  }
}

const shownLast = new WeakMap();

/* Not while somebody is in it with the keyboard, and not when nothing changed. */
function renew(part, html) {
  if (!part || part.contains(document.activeElement) || shownLast.get(part) === html) return;
  shownLast.set(part, html);
  part.innerHTML = html;
}

export function watchAll() {
  const watched = [...document.querySelectorAll("[data-watch]")];
  if (!watched.length) return;
  setInterval(() => {
    if (!document.hidden) for (const element of watched) look(element);
  }, EVERY_MS);
}
