/* The buttons that choose light, dark or the system's theme: <button data-theme-choice="dark">. */

const THEMES = ["system", "light", "dark"];

const buttons = () => document.querySelectorAll("[data-theme-choice]");

function current() {
  return document.documentElement.dataset.theme ?? "system";
}

function show() {
  for (const button of buttons()) button.setAttribute("aria-pressed", button.dataset.themeChoice === current());
}

function choose(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    /* storage is forbidden: the choice holds for this page */
  }
  show();
}

/** Goes on to the next theme and returns its name. */
export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(current()) + 1) % THEMES.length];
  choose(next);
  return next;
}

for (const button of buttons()) button.addEventListener("click", () => choose(button.dataset.themeChoice));
show();
