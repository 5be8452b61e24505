/* What the pages use of the typesetter: TeX to a `math` element. Raises for what it cannot read. */
import temml from "temml";

export function typeset(tex, displayMode) {
  const holder = document.createElement("span");
  temml.render(tex, holder, { displayMode, throwOnError: true, trust: false, strict: false, maxSize: [20, 40] });
  return holder.firstElementChild;
}
