/* How a page shows whose it is: ours by the session's cookie and its forms' token, a widget's frame in its own way. */

/**
 * `socket` is the websocket's path and `hello()` what is said there first, or null; `request(method)` gives `headers`
 * and `credentials` for fetch; `isReady()` is false as long as `ready()` has to be waited for; `asking`, where there is
 * one, is waited for before each question, which is refused with the message that it throws; `ended()` is called when the
 * server no longer knows who this is.
 */
export let access = {
  socket: "/ws/chat/",
  hello: () => null,
  request: (method) => ({ headers: method === "GET" ? {} : { "X-CSRFToken": formToken() }, credentials: "same-origin" }),
  isReady: () => true,
  ready: () => Promise.resolve(),
  asking: null,
  ended: () => dispatchEvent(new Event("session-ended")),
};

const formToken = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

/** Before anything is asked. */
export function useAccess(other) {
  access = other;
}
