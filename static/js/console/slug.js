/* A short name is proposed from the name, as long as nobody has typed another. */

/** Letters, digits and hyphens of `name`; nothing without Latin letters, where only a number would stay ("手册 2"). */
export function proposed(name, longest) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  if (!/[a-z]/.test(plain)) return "";
  const hyphened = plain.replace(/['’]/g, "").replace(/[^a-z0-9]+/g, "-");
  return hyphened.slice(0, longest).replace(/^-+|-+$/g, "");
}

/** `name` and `slug` are the two inputs; where no letter can be taken, `data-otherwise` of `slug` is proposed. A form that came back with a short name keeps it. */
function proposing(name, slug) {
  let ours = slug.value ? null : "";
  name.addEventListener("input", () => {
    if (ours === null || slug.value !== ours) return;
    slug.value = ours = proposed(name.value, slug.maxLength) || (name.value.trim() && slug.dataset.otherwise) || "";
  });
}

for (const form of document.querySelectorAll("form")) {
  const { name, slug } = form.elements;
  if (name && slug) proposing(name, slug);
}
