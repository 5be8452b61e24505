/* Beside a reply: what the documents say, to be put into it sentence by sentence. */

const lookup = document.querySelector("[data-lookup]");
const reply = document.querySelector("[data-reply] [name=text]");

let asked = 0; // searches begun: only the newest is shown

async function search(form, found) {
  const number = ++asked;
  found.ariaBusy = "true";
  const shown = await answered(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  if (number !== asked) return;
  if (shown) found.replaceChildren(...shown);
  found.ariaBusy = "false";
}

/** What is to be shown; nothing without a connection: what was found before stays. */
async function answered(address) {
  try {
    // A refusal comes as JSON: where the session has ended, there would be a page to sign in otherwise.
    const response = await fetch(address, { headers: { Accept: "text/html, application/json" } });
    if (!response.ok) return [refusal((await response.json()).error.message)];
    return new DOMParser().parseFromString(await response.text(), "text/html").body.childNodes;
  } catch {
    return null;
  }
}

function refusal(message) {
  const line = Object.assign(document.createElement("p"), { className: "error", textContent: message });
  line.role = "alert";
  return line;
}

function insert(text) {
  const before = reply.value.slice(0, reply.selectionStart);
  const space = /[A-Za-z0-9.,;:!?]$/.test(before) ? " " : "";
  reply.setRangeText(space + text, reply.selectionStart, reply.selectionEnd, "end");
  reply.dispatchEvent(new Event("input")); // it is kept like what is typed
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
