// @ts-check
/**
 * What the counter answers (records/blocks.py holds the schema).
 *
 * @typedef {{label: string, value: string}} Row
 * @typedef {{title: string, payload: string}} Option
 * @typedef {{type: "quote", number: string, title: string, premium_yen: number, premium_text: string, rows: Row[],
 *   disclosures: string[], print_url: string, pdf_url: string}} QuoteBlock
 * @typedef {{type: "table", title: string, columns: string[], rows: string[][]}} TableBlock
 * @typedef {{type: "comparison", title: string, columns: string[], rows: {label: string, values: string[]}[],
 *   note?: string | null}} ComparisonBlock
 * @typedef {{type: "choices", prompt: string, options: Option[]}} ChoicesBlock
 * @typedef {{type: "steps", title: string, items: string[], urgent?: boolean}} StepsBlock
 * @typedef {{type: "contact", name: string, phone?: string | null, tel_url?: string | null, hours?: string | null,
 *   note?: string | null, open_now?: boolean | null}} ContactBlock
 * @typedef {{type: "draft", number: string, title: string, rows: Row[], print_url: string}} DraftBlock
 * @typedef {{type: "source", document: string, locator: string, period?: string | null, expired: boolean}} SourceBlock
 * @typedef {{type: "notice", level: "info" | "warning", text: string}} NoticeBlock
 * @typedef {QuoteBlock | TableBlock | ComparisonBlock | ChoicesBlock | StepsBlock | ContactBlock | DraftBlock
 *   | SourceBlock | NoticeBlock} Block
 * @typedef {{text?: string, buttons?: Option[], custom?: {blocks?: Block[], masked_message?: string}}} Reply
 * @typedef {{language: string, max_message_chars: number, texts: Record<string, string>}} Config
 * @typedef {{who: "member" | "counter", id: string, text?: string, reply?: Reply}} Entry
 */
export {};
