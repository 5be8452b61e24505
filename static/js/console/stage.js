/* The page that stands for a customer's: opens the widget, unless whoever looks has closed it before. */
const KEY = "widget-preview";

parley.setColorScheme(document.documentElement.dataset.theme ?? "auto");
parley.on("open", () => sessionStorage.setItem(KEY, "open"));
parley.on("close", () => sessionStorage.setItem(KEY, "closed"));
if (sessionStorage.getItem(KEY) !== "closed") parley.open();
