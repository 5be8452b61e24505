/* Loaded in <head> without `defer`: what was chosen must stand before the first paint. */
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("sidebar") === "away") document.documentElement.dataset.sidebar = "away";
} catch {
  /* storage is forbidden: the system's theme stays */
}
