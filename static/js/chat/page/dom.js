/* Small helpers for building the page. */

const SVG = "http://www.w3.org/2000/svg";
const SPRITE = new URL("../../../img/icons.svg", import.meta.url).pathname;

/** An element with attributes (`class`, `on…` listeners, false leaves out) and children (nodes or text). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

export const one = (selector) => document.querySelector(selector);

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** `render(values)`, but only where one of them is not what it was: writing what stands there already costs a layout. */
export function whenChanged(render) {
  let before = {};
  return (values) => {
    if (Object.keys(values).every((name) => values[name] === before[name])) return;
    before = values;
    render(values);
  };
}
