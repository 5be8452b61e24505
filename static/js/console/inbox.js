/*
 * The inbox and its conversations keep themselves up to date: the socket says that something changed, and the part
 * that is marked data-live-part is read again from the server. A reply is sent without leaving the page.
 */
import { watchComposition } from "../chat/page/ime.js";
import { keepTyped } from "./kept.js";
import "./lookup.js";
import { ownTimes } from "./times.js";

const FIRST_WAIT = 500; // ms, doubled at each failure
const LONGEST_WAIT = 15_000;
const part = document.querySelector("[data-live-part]");
const badge = document.querySelector("[data-live-badge]");
const replying = document.querySelector("[data-reply-part]");
const form = document.querySelector("[data-reply]");
const sent = form && keepTyped(form.elements.text, form.dataset.reply);
let failures = 0;

/** Returns the page as it is now; nothing without a connection. */
async function refresh() {
  try {
    const response = await fetch(location.href, { headers: { "X-Visit": part.dataset.visit ?? "" } });
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (replying && page.querySelector("[data-reply-part]")?.dataset.state !== replying.dataset.state) {
      location.reload(); // it is with somebody else now
      return null;
    }
    const news = page.querySelector("[data-live-part]");
    Object.assign(part.dataset, news.dataset);
    part.replaceChildren(...news.childNodes);
    ownTimes(part);
    badge.replaceChildren(...page.querySelector("[data-live-badge]").childNodes);
    return page;
  } catch {
    return null; // no connection: the next opening of the socket reads it again
  }
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/inbox/`);
  socket.addEventListener("open", () => {
    failures = 0;
    refresh();
  });
  socket.addEventListener("message", refresh);
  socket.addEventListener("close", () => setTimeout(connect, Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++)));
}

/** The last words stay in sight, also when what is below them grows; not for who reads further up. */
function stayAtTheEnd() {
  const page = document.scrollingElement;
  const isThere = () => page.scrollTop + page.clientHeight >= page.scrollHeight - 8;
  let wasThere = true;
  addEventListener("scroll", () => (wasThere = isThere()), { passive: true });
  const observer = new ResizeObserver(() => wasThere && page.scrollTo({ top: page.scrollHeight, behavior: "instant" }));
  for (const element of [part, replying]) observer.observe(element);
}

async function reply(event) {
  event.preventDefault();
  const { text, message } = form.elements;
  const error = form.querySelector("[data-reply-error]");
  const said = text.value;
  if (!said.trim()) return;
  error.hidden = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error((await response.json()).error.message);
    sent(said);
    message.value = (await refresh())?.querySelector("[data-reply] [name=message]").value ?? message.value;
    part.lastElementChild?.lastElementChild?.scrollIntoView({ block: "nearest" });
  } catch (failure) {
    error.textContent = failure.message;
    error.hidden = false;
  }
  text.focus();
}

if (form) {
  const { text } = form.elements;
  const isComposing = watchComposition(text);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", reply);
}
if (replying) stayAtTheEnd();
connect();
