/* Holds the conversation that is shown; whoever shows a part of it is told after each change. */
import { empty, reduce } from "./reducer.js";

export function createStore() {
  let state = empty();
  const listeners = new Set();
  return {
    get: () => state,
    dispatch(action) {
      const before = state;
      state = reduce(state, action);
      if (state !== before) for (const listener of listeners) listener(state, before, action);
    },
    subscribe(listener) {
      listeners.add(listener);
    },
  };
}
