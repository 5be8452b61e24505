/* A removal that the server goes on with, after its answer. */
import { api } from "../page/page.js";

const LOOK_MS = 1000;

/**
 * Resolves once it is done, or no longer this person's to see: who signs in elsewhere leaves it to the visitor they
 * were. Throws where it failed; `progress({ done, total })` hears of it meanwhile.
 */
export async function removed(removal, progress) {
  while (["queued", "running"].includes(removal.state)) {
    progress(removal);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    try {
      removal = await api(`/api/chat/history/removals/${removal.id}/`);
    } catch (error) {
      if ([401, 403, 404].includes(error.status)) return; // with others the server, or the way to it, is away for a moment
    }
  }
  if (removal.state !== "done") throw new Error(removal.state);
}
