/*
 * The last question outlives a reload of its tab that comes before the address names its conversation: it is sent again
 * with the same ids, so one that had arrived is not asked twice. On our own page alone: in a widget's frame the next
 * visitor may come with the reload, and of a trial nothing is kept.
 */
import { data } from "../page/page.js";

const KEY = "unsent";
const LASTS = 60_000; // ms; whoever comes back later may not want it any more, and finds it as a draft
const LASTS_TAKEN = 10_000; // the old page still hears that it was taken while the reload is under way

function attempt(action) {
  try {
    return data.drafts && !data.widget ? action() : null;
  } catch {
    return null; // storage is forbidden
  }
}

const read = () => JSON.parse(sessionStorage.getItem(KEY));
const write = (question) => sessionStorage.setItem(KEY, JSON.stringify({ ...question, whose: data.drafts, at: Date.now() }));
const forget = () => sessionStorage.removeItem(KEY);
const isReload = () => performance.getEntriesByType("navigation")[0]?.type === "reload";

export const unsent = {
  keep: (question) => attempt(() => write(question)),
  /** The server has the question `id`. */
  taken(id) {
    attempt(() => {
      const kept = read();
      if (kept?.message === id) write({ ...kept, isTaken: true });
    });
  },
  /** The server refused the question `id`. */
  refused: (id) => attempt(() => read()?.message === id && forget()),
  /** The reader went elsewhere. */
  forget: () => attempt(forget),
  /** What was kept before the page was loaded, once; null where it was another person's. */
  take() {
    return attempt(() => {
      const { whose, at, ...question } = read();
      forget();
      const isFresh = Date.now() - at < (question.isTaken ? LASTS_TAKEN : LASTS);
      return whose === data.drafts && isFresh && (!question.isTaken || isReload()) ? question : null;
    });
  },
};
