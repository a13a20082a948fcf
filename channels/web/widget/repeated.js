// @ts-check
/**
 * A reply's text is complete in itself, and its blocks say part of it again, more richly. Where a block shows a line,
 * the widget leaves the line out of the text. A line is left out only when the block holds all of what it says. A table
 * stands where its lines stood; every other block stands below the text.
 */

/** @typedef {import("./types.js").Block} Block */

/** @param {string} text */
const bare = (text) => text.normalize("NFKC").replace(/[\s・\-*:、。,，（）()「」]/gu, "");

/**
 * @param {string} text
 * @param {Block[]} blocks
 * @returns {{before: string, after: string}} the text above and below the blocks, without the lines that they show
 */
export function withoutRepeated(text, blocks) {
  const facts = blocks.flatMap(factsOf);
  const lines = text.split("\n");
  const shown = lines.map((line, index) => index > 0 && line.trim() !== "" && facts.some((fact) => says(fact, line)));
  const place = blocks.some((block) => block.type === "table") ? shown.indexOf(true) : -1;
  const kept = (/** @type {(index: number) => boolean} */ inside) =>
    tidy(lines.filter((_, index) => !shown[index] && inside(index)));
  return { before: kept((index) => place < 0 || index < place), after: kept((index) => place >= 0 && index > place) };
}

/** @param {string[]} lines */
function tidy(lines) {
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/**
 * Whether a block's fact (parts that belong together) covers a line: the line holds every part, and besides little and
 * no figure.
 * @param {string[]} fact
 * @param {string} line
 */
function says(fact, line) {
  const said = bare(line);
  const parts = fact.map(bare).filter(Boolean);
  if (!parts.length || !parts.every((part) => said.includes(part))) return false;
  const longestFirst = [...parts].sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((left, part) => left.replace(part, ""), said);
  return rest.length <= 8 + 2 * parts.length && !/[0-9]/.test(rest);
}

/**
 * @param {Block} block
 * @returns {string[][]}
 */
function factsOf(block) {
  switch (block.type) {
    case "quote":
      return [...block.rows.map(pair), ...block.disclosures.map((line) => [line]), [block.number], [block.title]];
    case "draft":
      return [...block.rows.map(pair), [block.title]];
    case "table":
      return [[block.title], ...block.rows.map((row) => row.filter((cell) => !isNumber(cell))), block.rows.flat().filter(isNumber)];
    case "comparison":
      return [[block.title], ...block.rows.map((row) => [row.label, ...row.values]), block.note ? [block.note] : []];
    case "steps":
      return [[block.title], ...block.items.map((item) => [item])];
    case "contact":
      return [[block.name, block.phone ?? ""], [block.name, block.phone ?? "", block.hours ?? ""]].filter((f) => f[1]);
    case "source":
      return [[block.document, block.locator]];
    case "notice":
      return block.text.split("\n").map((line) => [line]);
    case "choices":
      return [[block.prompt]];
    default:
      return [];
  }
}

/** Whether a cell is a record's number; the text tells those of all rows in one line. @param {string} cell */
const isNumber = (cell) => /^[QAH][0-9A-Z]{4}-[0-9A-Z]{5}$/.test(cell);

/** @param {{label: string, value: string}} row */
const pair = (row) => [row.label, row.value];
