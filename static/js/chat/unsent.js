/*
 * The question that the server has not taken yet outlives a reload of its tab. It is sent again with the same ids, so
 * one that had arrived is not asked twice. On our own page alone: in a widget's frame the next visitor may come with the
 * reload, and of a trial nothing is kept.
 */
import { data } from "./page.js";

const KEY = "unsent";
const LASTS = 60_000; // ms; whoever comes back later may not want it any more, and finds it as a draft

function attempt(action) {
  try {
    return data.drafts && !data.widget ? action() : null;
  } catch {
    return null; // storage is forbidden
  }
}

const read = () => JSON.parse(sessionStorage.getItem(KEY));

export const unsent = {
  keep(question) {
    attempt(() => sessionStorage.setItem(KEY, JSON.stringify({ ...question, whose: data.drafts, at: Date.now() })));
  },
  /** The server took, or refused, the question `id`. */
  settled(id) {
    attempt(() => read()?.message === id && sessionStorage.removeItem(KEY));
  },
  /** What was kept before the page was loaded, once; null where it was another person's. */
  take() {
    return attempt(() => {
      const kept = read();
      sessionStorage.removeItem(KEY);
      const { whose, at, ...question } = kept;
      return whose === data.drafts && Date.now() - at < LASTS ? question : null;
    });
  },
};
