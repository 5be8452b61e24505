/*
 * <div data-later="/…/"><p hidden><a href="/…/">…</a></p></div>: what takes the server a while is asked for once the
 * page stands, and its `html` is put there; where it does not come, the link to it is shown.
 */
async function fill(part) {
  try {
    const response = await fetch(part.dataset.later, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    part.innerHTML = (await response.json()).html;
  } catch {
    part.querySelector("[hidden]").hidden = false;
  }
}

/** One after the other: a page with many holds neither the server nor the browser's few connections to it. */
export async function later() {
  for (const part of document.querySelectorAll("[data-later]")) await fill(part);
}
