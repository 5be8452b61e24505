/* What was typed and not yet accepted, for each conversation and person, in all tabs of the browser; in a trial nowhere. */
import { data } from "../page/page.js";

const whose = `draft:${data.drafts}:`;
const key = (conversation) => `${whose}${conversation ?? "new"}`;

function attempt(action) {
  try {
    return data.drafts ? action() : null;
  } catch {
    return null; // storage is forbidden: drafts last as long as the page
  }
}

/** What others have typed who used this browser before and have left. */
function forgetOthers() {
  for (const name of Object.keys(localStorage)) if (name.startsWith("draft:") && !name.startsWith(whose)) localStorage.removeItem(name);
}

/** On pages of ours: a frame stands beside what its surroundings keep. */
if (parent === window) attempt(forgetOthers);

export const drafts = {
  read: (conversation) => attempt(() => localStorage.getItem(key(conversation))) ?? "",
  keep(conversation, text) {
    attempt(() => (text ? localStorage.setItem(key(conversation), text) : localStorage.removeItem(key(conversation))));
  },
  /** All of whoever is here, but those of these conversations ("new" for one that has not begun). */
  forget(but = []) {
    const kept = new Set(but.map(key));
    attempt(() => Object.keys(localStorage).filter((name) => name.startsWith(whose) && !kept.has(name)).forEach((name) => localStorage.removeItem(name)));
  },
  /** `changed(conversation, text)`: another tab wrote it, or has sent it. */
  watch(changed) {
    addEventListener("storage", ({ key: name, newValue }) => {
      if (!name?.startsWith(whose)) return;
      const conversation = name.slice(whose.length);
      changed(conversation === "new" ? null : conversation, newValue ?? "");
    });
  },
};
