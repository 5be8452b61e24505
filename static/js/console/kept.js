/* A reply that is typed and not sent yet outlasts a reload, in its tab and for its writer. */

/** Returns `sent(text)`, for when it was: what was typed meanwhile stays. */
export function keepTyped(field, whose) {
  const key = `reply:${whose}:${location.pathname}`;
  field.value ||= sessionStorage.getItem(key) ?? "";
  const keep = () => sessionStorage.setItem(key, field.value);
  field.addEventListener("input", keep);
  return (text) => {
    if (field.value === text) field.value = "";
    keep();
  };
}
