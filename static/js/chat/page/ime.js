/*
 * Whether an Enter belongs to the input method that composes Chinese text. Safari sends the Enter that ends a
 * composition after `compositionend` and without isComposing, so one within 60 ms of it counts as well.
 */

const LATE = 60;

export function watchComposition(field) {
  let composing = false;
  let endedAt = -Infinity;
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", (event) => {
    composing = false;
    endedAt = event.timeStamp;
  });
  return (event) =>
    composing || event.isComposing || event.keyCode === 229 || (event.timeStamp - endedAt < LATE && event.timeStamp >= endedAt);
}
