// @ts-check
/** Turns plain text into nodes: line breaks, phone numbers that can be called, addresses that can be opened, numbers kept whole. */

import { h } from "./dom.js";

const ADDRESS = "https?://[^\\s<>\"'\\u3000-\\u303f\\uff00-\\uffef]+[^\\s<>\"'.,;:!?)\\u3000-\\u303f\\uff00-\\uffef]";
// A Japanese number as printed: 0120-727-110, 03-3517-2305, 0800-500-2141.
const PHONE = "(?<![0-9-])0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}(?![0-9-])";
// A number of a quote, a draft or a hand-over; it is copied by hand, so it stays on one line.
const NUMBER = "(?<![0-9A-Z-])[QAH][0-9A-Z]{4}-[0-9A-Z]{5}(?![0-9A-Z-])";
const PATTERN = new RegExp(`(${ADDRESS})|(${PHONE})|(${NUMBER})`, "gu");

const PARTS = /(?<=\uff0f)|(?=\uff08)/u;
// Characters that still fit on one line beside a label on a phone.
const LONGEST_WHOLE = 14;
const BULLET = /^[\s\u3000]*[\u30fb\u2022-]\s*/u;
const ASIDE = /^[\s\u3000]*\u203b/u;

/**
 * A reply's text as paragraphs: lines with a bullet become a list, its source and its asides are set small.
 * @param {string} text
 * @param {string} sourceWord what a line begins with that names the source
 * @returns {HTMLElement[]}
 */
export function paragraphs(text, sourceWord) {
  /** @type {{kind: string, lines: string[]}[]} */
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = BULLET.test(line) ? "list" : ASIDE.test(line) || line.startsWith(sourceWord) ? "aside" : "plain";
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map(({ kind, lines }) =>
    kind === "list"
      ? h("ul", {}, ...lines.map((line) => h("li", {}, richText(withoutBullet(line)))))
      : h("p", { class: kind }, richText(lines.join("\n"))),
  );
}

/** @param {string} line */
export function withoutBullet(line) {
  return line.replace(BULLET, "");
}

/**
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function richText(text) {
  const fragment = document.createDocumentFragment();
  text.split("\n").forEach((line, index) => {
    if (index) fragment.append(document.createElement("br"));
    let last = 0;
    for (const found of line.matchAll(PATTERN)) {
      fragment.append(line.slice(last, found.index), drawn(found));
      last = found.index + found[0].length;
    }
    fragment.append(line.slice(last));
  });
  return fragment;
}

/**
 * Figures beside each other: the line breaks behind a slash or before a bracket rather than inside an amount.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function inParts(text) {
  return text
    .split(PARTS)
    .map((part) => h("span", { class: part.length > LONGEST_WHOLE ? "part" : "part whole" }, richText(part)));
}

/** @param {RegExpMatchArray} found */
function drawn([whole, address, phone]) {
  if (address) return addressLink(address);
  return phone ? phoneLink(phone) : h("span", { class: "phone" }, whole);
}

/** @param {string} address */
function addressLink(address) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}

/** @param {string} phone */
function phoneLink(phone) {
  return h("a", { href: `tel:${phone.replaceAll("-", "")}`, class: "phone" }, phone);
}
