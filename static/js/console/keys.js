/* j and k move over the rows of the page's lists, Enter opens, / goes to the search, u goes up to the list. */

function rows() {
  return [...document.querySelectorAll("table[data-rows] tbody tr")];
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  for (const row of all) row.toggleAttribute("aria-selected", false);
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
}

function open() {
  document.querySelector('tr[aria-selected="true"] .row-link')?.click();
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  Enter: open,
  "/": () => document.querySelector('input[type="search"]')?.focus(),
  u: () => document.querySelector("a[data-back]")?.click(),
};

export function keys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, button, a, summary, dialog, [contenteditable]");
    const action = ACTIONS[event.key];
    if (!action || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    action();
  });
}
