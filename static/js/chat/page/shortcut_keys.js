/* Which keys do what, as the machine in front of the reader names them. Pure but for asking which machine that is. */

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = APPLE ? { Mod: "⌘", Alt: "⌥", Shift: "⇧" } : { Mod: "Ctrl" };
const SIGNS = { Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓" };

/** In the order of the sheet. "Mod" is the command key of Apple's machines, Ctrl on others. */
export const SHORTCUTS = {
  new: "Mod+Shift+O",
  ask: "Shift+Escape",
  stop: "Escape",
  copy: "Mod+Shift+C",
  edit: "Mod+Shift+E",
  print: "Mod+P",
  search: "Mod+K",
  previous: "Alt+ArrowUp",
  next: "Alt+ArrowDown",
  sidebar: "Mod+Shift+S",
  theme: "Mod+Shift+L",
  help: "?",
};

const ACTIONS = Object.fromEntries(Object.entries(SHORTCUTS).map(([action, keys]) => [keys, action]));

/** The names of the keys of an action, such as ["Ctrl", "Shift", "O"]. */
export const keysOf = (action) => SHORTCUTS[action].split("+").map((key) => NAMES[key] ?? SIGNS[key] ?? key);

/** What a pressed key asks for; undefined where it asks for nothing. */
export function actionOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  const [mod, other] = APPLE ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (other) return undefined;
  if (key === "?" || key === "？") return mod || altKey ? undefined : ACTIONS["?"];
  const letter = /^Key([A-Z])$/.exec(code)?.[1]; // with a keyboard that writes other letters, the place counts
  const name = /^[a-z]$/i.test(key) ? key.toUpperCase() : /^\P{ASCII}$/u.test(key) ? letter : key;
  return ACTIONS[[mod && "Mod", altKey && "Alt", shiftKey && "Shift", name].filter(Boolean).join("+")];
}
