/* Who leaves a page with something typed that was not saved is asked first; the browser has the words for it. */
const changed = new Set();

function isAsItWas(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked;
  if (field.options) return [...field.options].every((option) => option.selected === option.defaultSelected);
  return "defaultValue" in field && field.value === field.defaultValue;
}

/** Forms that are sent by a press, but not what only looks something up, and no reply: it is kept. */
export function askBeforeLeaving() {
  const isSaved = (form) => form?.method === "post" && !("reply" in form.dataset);
  document.addEventListener("input", ({ target, isTrusted }) => {
    if (!isTrusted || !isSaved(target.form)) return;
    if (isAsItWas(target)) changed.delete(target);
    else changed.add(target);
  });
  document.addEventListener("submit", ({ target: form }) => {
    for (const field of changed) if (field.form === form) changed.delete(field);
  });
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((field) => field.isConnected && field.type !== "password")) event.preventDefault();
  });
}
