/* A reply that is typed and not sent yet outlasts a reload, in its tab. */
const KEY = `reply:${location.pathname}`;

/** Returns `forget()`, for when it was sent. */
export function keepTyped(field) {
  field.value ||= sessionStorage.getItem(KEY) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(KEY, field.value));
  return () => sessionStorage.removeItem(KEY);
}
