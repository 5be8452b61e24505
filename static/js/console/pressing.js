/** Of a group of buttons one is pressed. */
export function pressOne(buttons, pressed) {
  for (const button of buttons) button.setAttribute("aria-pressed", button === pressed);
}
