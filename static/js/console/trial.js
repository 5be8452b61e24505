/* The chat in a frame beside an assistant's form: it answers with what the form holds, saved or not. */
import { access, useAccess } from "../chat/page/access.js";
import { one } from "../chat/page/dom.js";
import { data, t } from "../chat/page/page.js";
import { showWrong } from "./wrong.js";

const form = parent.document.querySelector("[data-assistant]");
if (!form) {
  location.replace("/console/assistants/"); // opened by itself
  await new Promise(() => {});
}
const state = one("[data-trial-state]");
const wrong = one("[data-trial-wrong]");
const suffix = document.documentElement.lang.startsWith("zh") ? "_zh" : "";
const left = new AbortController(); // the form outlives this frame
let taken = null; // what the form held when the last question was asked

const value = (name) => form.elements[name + suffix].value.trim() || form.elements[name].value.trim();
const held = () => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();

/** Whether somebody changed it since the page came, or the page came with what could not be saved. */
const isUnsaved = () => "unsaved" in form.dataset || [...form.elements].some(isChanged);

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return "defaultValue" in field && field.value !== field.defaultValue;
}

/** What visitors see before they ask follows the form at once. */
function follow() {
  const { elements } = form;
  Object.assign(data.assistants[0], {
    name: value("name") || t("trial_unnamed"),
    description: value("description"),
    starters: value("starters").split("\n").map((line) => line.trim()).filter(Boolean),
    notice: { en: elements.notice.value.trim(), zh: elements.notice_zh.value.trim() || elements.notice.value.trim() },
    handover: elements.handover.checked,
    hours: value("hours"),
    task: elements.task.value,
    quotes: elements.task.value === "answer" && elements.verbatim.checked,
  });
  dispatchEvent(new Event("assistants"));
  tell();
}

function tell() {
  state.textContent = t(taken !== null && taken !== held() ? "trial_next" : isUnsaved() ? "trial_unsaved" : "trial_saved");
}

/** Before each question: the server is told what the form holds now, and may say what is wrong with it. */
async function take() {
  const now = held();
  const { headers, credentials } = access.request("POST");
  const response = await fetch(location.href, { method: "POST", headers: { ...headers, Accept: "application/json" }, credentials, body: new FormData(form) })
    .catch(() => null);
  const body = await response?.json().catch(() => null);
  if (!response?.ok) throw new Error(body?.error?.message ?? t("trial_failed"));
  showWrong(wrong, body.errors, form);
  if (body.errors.length) throw new Error(t("trial_wrong"));
  taken = now;
  tell();
}

useAccess({ ...access, asking: take });
follow();
form.addEventListener("input", follow, { signal: left.signal });
addEventListener("pagehide", () => left.abort());
await import("../chat/main.js");
