// @ts-check
/** The list of what was said. It draws entries and keeps the reader at the right place; it sends nothing. */

import { drawBlock } from "./blocks.js";
import { ICONS, h, icon } from "./dom.js";
import { withoutRepeated } from "./repeated.js";
import { paragraphs, richText } from "./richtext.js";

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Reply} Reply */

const NEAR_END = 120;

export class Transcript {
  #texts;
  #base;
  #choose;
  /** @type {HTMLElement} */
  element;
  #list;
  #typing;
  #jump;

  /**
   * @param {Record<string, string>} texts
   * @param {string} base
   * @param {(payload: string, title: string) => void} choose
   */
  constructor(texts, base, choose) {
    this.#texts = texts;
    this.#base = base;
    this.#choose = choose;
    this.#list = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": texts.log });
    this.#typing = h(
      "p",
      { class: "typing", role: "status", hidden: true },
      h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
      h("span", { class: "visually-hidden" }),
    );
    this.#jump = h(
      "button",
      { type: "button", class: "jump", hidden: true, click: () => this.#toEnd() },
      icon(...ICONS.down),
      texts.new_message,
    );
    this.element = h("div", { class: "scroller", tabindex: "-1" }, this.#list, this.#typing, this.#jump);
    this.element.addEventListener("scroll", () => this.#nearEnd() && (this.#jump.hidden = true), { passive: true });
  }

  /** @param {Entry[]} entries */
  restore(entries) {
    this.#list.replaceChildren();
    this.#list.setAttribute("aria-live", "off");
    entries.forEach((entry, index) =>
      entry.who === "member"
        ? this.addMember(entry.id, entry.text ?? "")
        : this.#append(this.#drawReply(entry.reply ?? {}, index === entries.length - 1)),
    );
    this.#list.setAttribute("aria-live", "polite");
    this.#toEnd();
  }

  /** @param {string} id @param {string} text */
  addMember(id, text) {
    this.#closeChoices();
    this.#append(
      h(
        "div",
        { class: "turn member", "data-id": id },
        h("span", { class: "visually-hidden" }, `${this.#texts.you}: `),
        h("p", { class: "bubble" }, richText(text)),
      ),
    );
    this.#toEnd();
  }

  /** @param {Reply[]} replies */
  addReplies(replies) {
    const wasNear = this.#nearEnd();
    const drawn = replies.map((reply, index) => this.#drawReply(reply, index === replies.length - 1));
    drawn.forEach((element) => this.#append(element));
    if (wasNear && drawn[0]) this.#toStartOf(drawn[0]);
    else this.#jump.hidden = false;
  }

  /** Show in place of what the member typed what the counter took. @param {string} id @param {string} text */
  strikeOut(id, text) {
    const bubble = this.#turn(id)?.querySelector(".bubble");
    bubble?.replaceChildren(richText(text));
    bubble?.after(h("p", { class: "state" }, this.#texts.masked_bubble));
  }

  /** @param {string} id @param {string | null} text @param {{label: string, act: () => void} | null} [button] */
  setState(id, text, button = null) {
    const turn = this.#turn(id);
    turn?.querySelector(".state")?.remove();
    if (!turn || !text) return;
    const again = button && h("button", { type: "button", class: "again", click: button.act }, button.label);
    turn.append(h("p", { class: "state", role: "status" }, text, again));
    this.#toEnd();
  }

  /** @param {boolean} on */
  setTyping(on) {
    this.#typing.hidden = !on;
    const spoken = this.#typing.querySelector(".visually-hidden");
    if (spoken) spoken.textContent = on ? this.#texts.typing : "";
    if (on) this.#toEnd();
  }

  /** @param {Reply} reply @param {boolean} last */
  #drawReply(reply, last) {
    const blocks = reply.custom?.blocks ?? [];
    const { before, after } = withoutRepeated(reply.text ?? "", blocks);
    const choices = reply.buttons ?? blocks.flatMap((block) => (block.type === "choices" ? block.options : []));
    const isNotice = blocks.length === 1 && blocks[0].type === "notice";
    return h(
      "div",
      { class: "turn counter" },
      h("span", { class: "visually-hidden" }, `${this.#texts.counter}: `),
      isNotice ? null : this.#drawText(before),
      ...blocks.map((block) => drawBlock(block, this.#texts, this.#base)),
      this.#drawText(after),
      last && choices.length ? this.#drawChoices(choices) : null,
    );
  }

  /** @param {string} text */
  #drawText(text) {
    return text ? h("div", { class: "bubble" }, ...paragraphs(text, this.#texts.source)) : null;
  }

  /** @param {import("./types.js").Option[]} choices */
  #drawChoices(choices) {
    return h(
      "div",
      { class: "choices" },
      ...choices.map(({ title, payload }) =>
        h("button", { type: "button", class: "choice", click: () => this.#choose(payload, title) }, title),
      ),
    );
  }

  #closeChoices() {
    for (const choices of this.#list.querySelectorAll(".choices")) choices.remove();
  }

  /** @param {HTMLElement} element */
  #append(element) {
    this.#closeChoicesBefore(element);
    this.#list.append(element);
  }

  /** Only the newest reply has buttons. @param {HTMLElement} element */
  #closeChoicesBefore(element) {
    if (element.querySelector(".choices")) this.#closeChoices();
  }

  /** @param {string} id @returns {HTMLElement | null} */
  #turn(id) {
    return this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.#jump.hidden = true;
  }

  /** A long reply is read from its beginning. @param {HTMLElement} element */
  #toStartOf(element) {
    const top = element.offsetTop - this.#list.offsetTop;
    this.element.scrollTop = Math.min(top, this.element.scrollHeight);
    this.#jump.hidden = true;
  }
}
