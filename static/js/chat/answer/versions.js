/* Steps through what stands in one message's place: ‹ 2 of 3 ›. */
import { h, icon } from "../page/dom.js";
import { t } from "../page/page.js";

/** null where there is only one; `show(id)` is asked for the version before or after. */
export function createVersions({ versions, version }, show) {
  if (!versions) return null;
  const step = (at, name, label) => h("button", {
    class: `icon-button small ${name}`,
    type: "button",
    "aria-label": label,
    disabled: !versions[at],
    onclick: () => show(versions[at]),
  }, icon("chevron"));
  return h("div", { class: "versions", role: "group", "aria-label": t("versions") },
    step(version - 1, "back", t("version_before")),
    h("span", { class: "figures" }, `${version + 1} / ${versions.length}`),
    step(version + 1, "next", t("version_after")));
}
