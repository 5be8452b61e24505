/* The conversation that is shown, in the page's address; frames have none; a widget's keeps it for its session. */
import { data } from "./page.js";

const PAGE = {
  of: (id) => (id ? `/c/${id}/` : "/"),
  /** Goes there, unless it is shown already. */
  show(id) {
    if (location.pathname !== PAGE.of(id)) history.pushState({}, "", PAGE.of(id));
  },
  /** `went(id)` is called when the reader goes back or forth. */
  follow(went) {
    addEventListener("popstate", () => went(/^\/c\/([0-9a-f-]{36})\/$/.exec(location.pathname)?.[1] ?? null));
  },
};

const FRAME = { of: () => "#main", show: (id) => data.widget?.shown(id), follow() {} };

export const address = data.widget || data.trial ? FRAME : PAGE;
