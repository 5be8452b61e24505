/* A password can be looked at before it is sent. Without scripts the button stays hidden. */
for (const button of document.querySelectorAll("[data-show-password]")) {
  const input = button.previousElementSibling;
  const show = (isShown) => {
    button.ariaPressed = String(isShown);
    input.type = isShown ? "text" : "password";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false)); // a browser offers to keep passwords, not texts
}
