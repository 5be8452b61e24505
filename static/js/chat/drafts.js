/* What was typed and not yet accepted, for each conversation, until this browser window closes. */

const key = (conversation) => `draft:${conversation ?? "new"}`;

function attempt(action) {
  try {
    return action();
  } catch {
    return null; // storage is forbidden: drafts last as long as the page
  }
}

export const drafts = {
  read: (conversation) => attempt(() => sessionStorage.getItem(key(conversation))) ?? "",
  keep(conversation, text) {
    attempt(() => (text ? sessionStorage.setItem(key(conversation), text) : sessionStorage.removeItem(key(conversation))));
  },
};
