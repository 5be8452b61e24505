/* Beside a reply: what the documents say, to be put into it sentence by sentence. */

const lookup = document.querySelector("[data-lookup]");
const reply = document.querySelector("[data-reply] [name=text]");

async function search(form, found) {
  found.ariaBusy = "true";
  try {
    const response = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    found.replaceChildren(...(response.ok ? page.body.childNodes : page.querySelector("main")?.childNodes ?? []));
  } catch {
    /* no connection: what was found before stays */
  }
  found.ariaBusy = "false";
}

function insert(text) {
  const before = reply.value.slice(0, reply.selectionStart);
  const space = /[A-Za-z0-9.,;:!?]$/.test(before) ? " " : "";
  reply.setRangeText(space + text, reply.selectionStart, reply.selectionEnd, "end");
  reply.focus();
}

if (lookup && reply) {
  const form = lookup.querySelector("form");
  const found = lookup.querySelector("[data-lookup-found]");
  lookup.addEventListener("toggle", () => lookup.open && !form.q.value && search(form, found));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(form, found);
  });
  found.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) insert(button.dataset.insert);
  });
}
