// @ts-check
/** Draws the typed blocks of a reply. An unknown type is left out: the reply's text says it too. */

import { ICONS, h, icon } from "./dom.js";
import { inParts, richText, withoutBullet } from "./richtext.js";

/** @typedef {import("./types.js").Block} Block */

/**
 * @param {Block} block
 * @param {Record<string, string>} texts
 * @param {string} base where the counter is
 * @returns {HTMLElement | null}
 */
export function drawBlock(block, texts, base) {
  const draw = /** @type {any} */ (DRAWERS)[block.type];
  return draw ? draw(block, texts, base) : null;
}

const DRAWERS = {
  /** @param {import("./types.js").QuoteBlock} block @param {Record<string, string>} texts @param {string} base */
  quote: (block, texts, base) =>
    card(
      "quote",
      block.title,
      h("p", { class: "premium" }, ...amount(block.premium_text)),
      rows(block.rows),
      h("ul", { class: "disclosures" }, ...block.disclosures.map((line) => h("li", {}, richText(line)))),
      h(
        "div",
        { class: "foot" },
        h("span", { class: "number" }, block.number),
        sheetLink(block.print_url, texts.open_sheet, base),
        sheetLink(block.pdf_url, texts.pdf, base),
      ),
    ),

  /** @param {import("./types.js").DraftBlock} block @param {Record<string, string>} texts @param {string} base */
  draft: (block, texts, base) =>
    card(
      "draft",
      block.title,
      rows(block.rows),
      h(
        "div",
        { class: "foot" },
        h("span", { class: "number" }, block.number),
        sheetLink(block.print_url, texts.open_sheet, base),
      ),
    ),

  /** @param {import("./types.js").TableBlock} block @param {Record<string, string>} texts */
  table: (block, texts) => wide(block.title, block.columns, block.rows, texts),

  /** @param {import("./types.js").ComparisonBlock} block @param {Record<string, string>} texts */
  comparison: (block, texts) =>
    wide(
      block.title,
      ["", ...block.columns],
      block.rows.map((row) => [row.label, ...row.values]),
      texts,
      block.note,
    ),

  /** @param {import("./types.js").StepsBlock} block */
  steps: (block) =>
    card(
      block.urgent ? "steps urgent" : "steps",
      block.urgent ? [icon(...ICONS.urgent), block.title] : block.title,
      h("ol", {}, ...block.items.map((item) => h("li", {}, h("div", {}, richText(withoutBullet(item)))))),
    ),

  /** @param {import("./types.js").ContactBlock} block @param {Record<string, string>} texts */
  contact: (block, texts) =>
    card(
      "contact",
      block.name,
      block.phone || block.note ? null : h("p", { class: "soft" }, texts.no_phone),
      block.hours ? h("p", { class: "soft" }, block.hours) : null,
      block.note ? h("p", { class: "soft" }, richText(block.note)) : null,
      block.phone && block.tel_url
        ? h(
            "a",
            {
              class: "call",
              href: block.tel_url,
              "aria-label": fill(texts.call_to, { name: block.name, phone: block.phone }),
            },
            icon(...ICONS.phone),
            h("span", { class: "digits" }, block.phone),
          )
        : null,
    ),

  /** @param {import("./types.js").SourceBlock} block @param {Record<string, string>} texts */
  source: (block, texts) =>
    h(
      "p",
      { class: "source" },
      `${texts.source}: ${block.document} ${block.locator}`,
      block.period ? ` / ${block.period}` : "",
      block.expired ? h("span", { class: "badge" }, texts.expired) : null,
    ),

  /** @param {import("./types.js").NoticeBlock} block */
  notice: (block) => h("p", { class: `notice ${block.level === "warning" ? "warning" : "info"}` }, richText(block.text)),
};

/**
 * @param {string} kind
 * @param {import("./dom.js").Child | import("./dom.js").Child[]} title
 * @param {...(HTMLElement | null)} parts
 */
function card(kind, title, ...parts) {
  return h("section", { class: `card ${kind}` }, h("h3", {}, title), ...parts);
}

/** @param {{label: string, value: string}[]} list */
function rows(list) {
  return h("dl", { class: "rows" }, ...list.map((row) => h("div", {}, h("dt", {}, row.label), h("dd", {}, inParts(row.value)))));
}

/** The digits large, what stands around them small. @param {string} text */
function amount(text) {
  const found = /[0-9][0-9,]*/.exec(text);
  if (!found) return [text];
  const end = found.index + found[0].length;
  return [text.slice(0, found.index), h("b", {}, found[0]), text.slice(end)];
}

/** @param {string} path @param {string} label @param {string} base */
function sheetLink(path, label, base) {
  const href = new URL(path.replace(/^\//, ""), base).href;
  return h("a", { href, target: "_blank", rel: "noopener", class: "sheet" }, icon(...ICONS.sheet), label);
}

/**
 * A table that scrolls sideways on its own while its first column stays.
 * @param {string} title
 * @param {string[]} columns
 * @param {string[][]} body
 * @param {Record<string, string>} texts
 * @param {string | null} [note]
 */
function wide(title, columns, body, texts, note = null) {
  const head = h("tr", {}, ...columns.map((column) => (column ? h("th", { scope: "col" }, inParts(column)) : h("td", {}))));
  const lines = body.map((cells) =>
    h("tr", {}, ...cells.map((cell, index) => h(index ? "td" : "th", index ? {} : { scope: "row" }, inParts(cell)))),
  );
  const table = h("table", {}, h("thead", {}, head), h("tbody", {}, ...lines));
  const scroller = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
  const hint = h("span", { class: "hint", hidden: true }, texts.scroll_hint);
  const look = () => {
    const rest = scroller.scrollWidth - scroller.clientWidth;
    hint.hidden = rest < 4;
    scroller.classList.toggle("more", rest - scroller.scrollLeft > 4);
  };
  scroller.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(scroller);
  return h(
    "section",
    { class: "card wide" },
    h("h3", {}, title, hint),
    scroller,
    note ? h("p", { class: "soft note" }, richText(note)) : null,
  );
}

/** @param {string} text @param {Record<string, string>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
