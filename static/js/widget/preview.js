/* The frame in the console's preview: whoever has signed in there asks, and what is asked is a trial. */
import { access } from "../chat/page/access.js";
import { startFrame } from "./frame.js";

let begun = null;

/** The assistants that are tried are there from the first question on. */
async function begin() {
  const response = await fetch(location.href, { method: "POST", ...access.request("POST") });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error?.message ?? response.statusText);
}

const session = {
  isOpen: () => false,
  isNamed: () => false,
  name: () => "",
  shown: () => null,
  show() {},
  isOf: () => true,
  openFor: async () => {},
  end: () => null,
};

startFrame({ session, access: { ...access, asking: () => (begun ??= begin().catch((error) => ((begun = null), Promise.reject(error)))) } });
