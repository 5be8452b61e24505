/* The frame of a site's visitor. */
import { startFrame } from "./frame.js";
import * as visitor from "./session.js";

startFrame(visitor);
