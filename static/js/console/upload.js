/* The upload page: which files, how far, and what to do when it stops. */
import { Transfer } from "./transfer.js";
import { FileList } from "./upload_files.js";
import { fill, size, duration, words } from "./upload_words.js";

const form = document.querySelector("[data-upload]");
const part = (name) => form.querySelector(`[data-${name}]`);
const files = new FileList(part("list"));
let transfer = null;
let resuming = new URLSearchParams(location.search).get("version");

function show(name, text) {
  const element = part(name);
  element.textContent = text;
  if (name === "error") element.hidden = !text;
}

function choose(list) {
  files.choose([...list]);
  const missing = resuming ? [] : files.missing();
  show("error", "");
  show("progress", missing.length ? fill(words.needed, { names: missing.join(", ") }) : size(files.total()));
  part("start").disabled = missing.length > 0 || !files.accepted().length;
}

function started() {
  part("start").hidden = true;
  for (const name of ["pause", "cancel"]) part(name).hidden = false;
  part("drop").hidden = true;
  part("name-field").hidden = true;
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
    const outcome = await transfer.run();
    if (outcome.state === "paused") return stopped(fill(words.paused, { done: size(outcome.done), total: size(outcome.total) }));
    show("progress", words.checking);
    location.assign(outcome.url);
  } catch (error) {
    show("error", error.message);
    stopped("");
  }
}

part("pause").dataset.label = part("pause").textContent;
part("files").addEventListener("change", (event) => choose(event.target.files));
part("folder").addEventListener("change", (event) => choose(event.target.files));
part("drop").addEventListener("dragover", (event) => event.preventDefault());
part("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  choose(event.dataTransfer.files);
});
part("pause").addEventListener("click", () => (transfer.running ? transfer.pause() : run()));
part("cancel").addEventListener("click", async () => {
  await transfer.cancel();
  location.assign(transfer.url);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!resuming && !form.elements.name.reportValidity()) return;
  part("start").disabled = true;
  try {
    transfer = await Transfer.begin(form, files, resuming, {
      progress,
      waiting: (seconds) => show("progress", fill(words.waiting, { seconds })),
    });
    resuming = transfer.version;
    history.replaceState(null, "", `?version=${transfer.version}`);
    await run();
  } catch (error) {
    show("error", error.message);
    part("start").disabled = false;
  }
});

if (resuming) {
  part("name-field").hidden = true;
  part("start").textContent = words.resume;
  show("progress", words.choose_again);
}
