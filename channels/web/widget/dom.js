// @ts-check
/** Builds elements. Text only ever becomes a text node, so nothing that a person or the counter wrote is read as HTML. */

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @param {string} name
 * @param {Record<string, string | boolean | ((event: any) => void) | null | undefined>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(.../** @type {(Node | string)[]} */ (children.flat().filter((child) => child || child === "")));
  return element;
}

/**
 * A line drawing of 24 by 24.
 * @param {...string} paths
 * @returns {SVGSVGElement}
 */
export function icon(...paths) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export const ICONS = {
  talk: ["M4 5h16v11H10l-4 4v-4H4z", "M8 9h8", "M8 12.5h5"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  anew: ["M5 12a7 7 0 1 0 2.2-5.1", "M4.5 4.5v4h4"],
  send: ["M4.5 12h13", "M12.5 6.5L18.5 12l-6 5.5"],
  phone: ["M6 4h3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v3c0 1-.8 2-2 2C10.500 20 4 13.500 4 6c0-1.200 1-2 2-2z"],
  sheet: ["M7 3h7l4 4v14H7z", "M14 3v4h4", "M10 12h5", "M10 16h5"],
  down: ["M12 5v13", "M6.500 12.500L12 18l5.500-5.500"],
  urgent: ["M12 4l9 16H3z", "M12 10v5", "M12 17.500v.01"],
};
