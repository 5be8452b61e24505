/* Loaded in <head> without `defer`: the chosen theme must stand before the first paint. */
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  /* storage is forbidden: the system's theme stays */
}
