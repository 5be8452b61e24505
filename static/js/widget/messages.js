/* What the frame and the site's page say to each other. The launcher, one file for itself, keeps to the same shapes. */

/** The messages of the site's page, which answers our "here" with its "hello", with the kinds of their fields. */
const SHAPES = {
  hello: { scheme: "string" },
  user: { token: "string" },
  scheme: { scheme: "string" },
  shown: {},
  hidden: {},
  reset: {},
};

/**
 * Listens to the page around the frame, if it is one of `origins`. `heard(type, message)` is told what it says;
 * returns `say(type, fields)`, which reaches that page and no other, and nobody before its first hello.
 */
export function createLine({ origins, heard }) {
  let host = "";

  addEventListener("message", ({ data, origin, source }) => {
    if (source !== parent || source === window || !origins.includes(origin) || !isOurs(data)) return;
    if (data.type === "hello") host = origin;
    if (origin === host) heard(data.type, data);
  });

  // Who is around it is not known yet, and nothing is told by this but that somebody listens here.
  if (parent !== window) parent.postMessage({ parley: 1, type: "here" }, "*");
  return (type, fields = {}) => host && parent.postMessage({ parley: 1, type, ...fields }, host);
}

/** Whether it has exactly the fields of its type. */
function isOurs(data) {
  if (typeof data !== "object" || data?.parley !== 1 || !Object.hasOwn(SHAPES, data.type)) return false;
  const fields = SHAPES[data.type];
  const names = Object.keys(data).filter((name) => name !== "parley" && name !== "type");
  return names.length === Object.keys(fields).length && names.every((name) => typeof data[name] === fields[name]);
}
