/* The conversations' column: a drawer on phones, and one that can be put away where there is room. */
import { one } from "../page/dom.js";

const NARROW = matchMedia("(width < 800px)");

export function createSidebar() {
  const sidebar = one("#sidebar");
  const root = document.documentElement;

  function keep(state) {
    root.dataset.sidebar = state;
    try {
      localStorage.setItem("sidebar", state);
    } catch {
      /* storage is forbidden: the choice holds for this page */
    }
  }

  function toggle() {
    if (NARROW.matches) sidebar.togglePopover();
    else keep(root.dataset.sidebar === "away" ? "there" : "away");
  }

  for (const button of document.querySelectorAll("[data-sidebar-toggle]")) {
    button.addEventListener("click", () => {
      toggle();
      document.querySelector(`[data-sidebar-toggle]:not([data-sidebar-toggle="${button.dataset.sidebarToggle}"])`).focus();
    });
  }

  return {
    toggle,
    show() {
      if (NARROW.matches) sidebar.showPopover();
      else if (root.dataset.sidebar === "away") keep("there");
    },
    isDrawerOpen: () => sidebar.matches(":popover-open"),
    /** The drawer of a phone; the column stays. */
    closeDrawer: () => sidebar.matches(":popover-open") && sidebar.hidePopover(),
  };
}
