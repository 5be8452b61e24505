/* Forms are sent with the token that the browser has now: a page may be older than the last sign-in in another tab. */
const NAME = "csrfmiddlewaretoken";

function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

document.addEventListener(
  "submit",
  ({ target }) => {
    const field = target.elements.namedItem(NAME);
    if (field && token()) field.value = token();
  },
  { capture: true },
);

for (const button of document.querySelectorAll("[data-go-back]")) {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
}
