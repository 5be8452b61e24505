/* Account pages with something to take along: buttons that copy. */
import { copying } from "./console/copy.js";

copying();
