/*
 * A page that uploads: which files, how far, and what to do when it stops. `source` is what `Transfer` asks for, and
 * `choose(files)`, `accepted()`, `missing()`, `total()`. A submit button with data-look leaves the end to the next page.
 */
import { chosen, dropped } from "./dropped.js";
import { Transfer } from "./transfer.js";
import { fill, size, duration, words } from "./upload_words.js";

export function uploadForm(form, source) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const starts = [...form.querySelectorAll("[data-start], [data-look]")];
  let resuming = new URLSearchParams(location.search).get("upload");
  let transfer = null;
  let look = false;

  function show(name, text) {
    const element = part(name);
    element.textContent = text;
    if (name === "error") element.hidden = !text;
  }

  function enable(able) {
    for (const button of starts) button.disabled = !able;
  }

  function choose(files) {
    source.choose(files);
    const missing = resuming ? [] : source.missing();
    show("error", "");
    show("progress", missing.length ? fill(words.needed, { names: missing.join(", ") }) : size(source.total()));
    enable(!missing.length && source.accepted().length > 0);
  }

  function started() {
    for (const button of starts) button.hidden = true;
    for (const name of ["pause", "cancel"]) part(name).hidden = false;
    part("drop").hidden = true;
    hideFields();
  }

  function hideFields() {
    for (const field of form.querySelectorAll("[data-once]")) field.hidden = true;
  }

  function progress({ done, total, perSecond }) {
    if (!perSecond) return;
    const left = duration((total - done) / perSecond);
    show("progress", fill(words.sending, { done: size(done), total: size(total), speed: size(perSecond), left }));
  }

  function stopped(text) {
    show("progress", text);
    part("pause").textContent = words.resume;
  }

  async function run() {
    started();
    show("error", "");
    part("pause").textContent = part("pause").dataset.label;
    try {
      const whole = await transfer.run();
      if (!whole) return stopped(fill(words.paused, { done: size(transfer.done()), total: size(transfer.total()) }));
      show("progress", words.checking);
      location.assign(look ? transfer.state.url : (await transfer.finish()).url);
    } catch (error) {
      show("error", error.message);
      stopped("");
    }
  }

  async function start(button) {
    look = "look" in button.dataset;
    enable(false);
    try {
      const listeners = { progress, waiting: (seconds) => show("progress", fill(words.waiting, { seconds })) };
      const token = form.elements.csrfmiddlewaretoken.value;
      transfer = await Transfer.begin(form.dataset.upload, token, source, resuming, listeners);
      resuming = transfer.state.id;
      history.replaceState(null, "", `?upload=${resuming}`);
      await run();
    } catch (error) {
      show("error", error.message);
      enable(true);
    }
  }

  part("pause").dataset.label = part("pause").textContent;
  for (const name of ["files", "folder"]) part(name).addEventListener("change", (event) => choose(chosen(event.target.files)));
  part("drop").addEventListener("dragover", (event) => event.preventDefault());
  part("drop").addEventListener("drop", async (event) => {
    event.preventDefault();
    choose(await dropped(event.dataTransfer));
  });
  part("pause").addEventListener("click", () => (transfer.running ? transfer.pause() : run()));
  part("cancel").addEventListener("click", async () => {
    await transfer.cancel();
    location.assign(transfer.state.url);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (resuming || form.reportValidity()) start(event.submitter);
  });

  // Chosen before this script ran, or kept by the browser over a reload.
  for (const name of ["files", "folder"]) if (part(name).files.length) choose(chosen(part(name).files));
  if (resuming) {
    hideFields();
    part("start").textContent = words.resume;
    show("progress", words.choose_again);
  }
}
