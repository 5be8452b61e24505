/* Where sources/panel.js stood before, for pages that are open across an upgrade; may go with 0.3.0 (docs/decisions/0012). */
import { useAccess } from "./page/access.js";

// such a page has the access.js of then, which knows how a widget's frame shows whose it is
useAccess((await import(new URL("access.js", import.meta.url))).access);

export * from "./sources/panel.js";
