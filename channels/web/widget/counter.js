// @ts-check
/**
 * <madoguchi-counter>: the button at the lower right and the panel of the conversation. On a phone the panel fills the
 * screen; on a desk it stands at the side of the page, which stays usable.
 */

import { ICONS, h, icon } from "./dom.js";
import { fill } from "./blocks.js";
import { Memory, randomId } from "./memory.js";
import { Transcript } from "./transcript.js";
import { NotSent, deliver } from "./transport.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Reply} Reply */

const PHONE = matchMedia("(max-width: 640px), (max-height: 480px)");
const WARN_CHARS = 100;

export class Counter extends HTMLElement {
  #memory = new Memory();
  /** @type {Config | undefined} */
  #config;
  /** @type {Transcript | undefined} */
  #transcript;
  /** @type {Record<string, HTMLElement>} */
  #parts = {};
  #queue = Promise.resolve();
  #waiting = 0;
  /** @type {Promise<void> | undefined} */
  #ready;

  connectedCallback() {
    this.#ready ??= this.#prepare();
  }

  /** Open the panel. */
  async open() {
    await this.#ready;
    const panel = this.#panel;
    if (panel.open) return;
    if (PHONE.matches) panel.showModal();
    else panel.show();
    this.#parts.launcher.setAttribute("aria-expanded", "true");
    this.toggleAttribute("open", true);
    this.#fitKeyboard();
    // On a phone the keyboard would cover what there is to read.
    (PHONE.matches ? this.#parts.title : this.#parts.input).focus();
  }

  /** Close the panel; the conversation stays. */
  close() {
    this.#panel.close();
  }

  /** Open the panel and send `text`. @param {string} text */
  async ask(text) {
    await this.open();
    this.#send(text);
  }

  get #base() {
    return this.getAttribute("base") ?? document.baseURI;
  }

  get #panel() {
    return /** @type {HTMLDialogElement} */ (this.#parts.panel);
  }

  get #input() {
    return /** @type {HTMLTextAreaElement} */ (this.#parts.input);
  }

  async #prepare() {
    const lang = this.getAttribute("lang") === "en" ? "en" : "ja";
    const [config, style] = await Promise.all([
      fetchSurely(new URL(`widget/config?lang=${lang}`, this.#base)).then((response) => response.json()),
      fetchSurely(new URL("widget/widget.css", this.#base)).then((response) => response.text()),
    ]);
    this.#config = config;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#draw(root, config.texts);
    this.#restore();
    if (this.hasAttribute("open")) {
      this.removeAttribute("open");
      queueMicrotask(() => void this.open());
    }
  }

  /** @param {ShadowRoot} root @param {Record<string, string>} t */
  #draw(root, t) {
    const transcript = new Transcript(t, this.#base, (payload, title) => this.#send(payload, title));
    this.#transcript = transcript;
    const p = this.#parts;
    p.launcher = h(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", click: () => this.#toggle() },
      icon(...ICONS.talk),
      h("span", {}, t.open_short),
    );
    p.title = h("h2", { id: "title", tabindex: "-1" }, t.title);
    p.input = h("textarea", {
      id: "input",
      rows: "1",
      placeholder: t.placeholder,
      "aria-label": t.input,
      "aria-describedby": "hint",
      enterkeyhint: "send",
      autocomplete: "off",
      keydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
      input: () => this.#onInput(),
    });
    p.left = h("span", { class: "left", role: "status" });
    p.send = h("button", { type: "submit", class: "send", "aria-label": t.send }, icon(...ICONS.send));
    p.confirm = this.#drawConfirm(t);
    p.panel = h(
      "dialog",
      { class: "panel", "aria-labelledby": "title", lang: this.#config?.language, close: () => this.#onClose() },
      this.#drawHead(t),
      p.confirm,
      transcript.element,
      h(
        "form",
        { class: "compose", submit: (/** @type {Event} */ event) => this.#onSubmit(event) },
        h("div", { class: "field" }, p.input, p.send),
        h("p", { class: "hint", id: "hint" }, t.secret_hint, p.left),
      ),
    );
    p.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
    });
    root.append(p.launcher, p.panel);
    const viewport = window.visualViewport;
    viewport?.addEventListener("resize", () => this.#fitKeyboard());
    viewport?.addEventListener("scroll", () => this.#fitKeyboard());
    PHONE.addEventListener("change", () => this.#changeShape());
  }

  /** @param {Record<string, string>} t */
  #drawHead(t) {
    const anew = h(
      "button",
      { type: "button", class: "head-button", "aria-label": t.anew, title: t.anew, click: () => this.#askAnew(true) },
      icon(...ICONS.anew),
    );
    const close = h(
      "button",
      { type: "button", class: "head-button", "aria-label": t.close, title: t.close, click: () => this.close() },
      icon(...ICONS.close),
    );
    const name = h("div", { class: "name" }, this.#parts.title, h("span", { class: "automatic" }, t.automatic));
    return h("header", {}, h("div", { class: "who" }, name, h("p", {}, t.automatic_long)), anew, close);
  }

  /** @param {Record<string, string>} t */
  #drawConfirm(t) {
    return h(
      "div",
      { class: "confirm", role: "alertdialog", "aria-label": t.anew_question, hidden: true },
      h("p", {}, t.anew_question),
      h("button", { type: "button", class: "choice", click: () => this.#anew() }, t.anew_yes),
      h("button", { type: "button", class: "choice", click: () => this.#askAnew(false) }, t.anew_no),
    );
  }

  #restore() {
    const t = this.#config?.texts ?? {};
    const entries = this.#memory.entries;
    this.#transcript?.restore(entries.length ? entries : [{ who: "counter", id: "greeting", reply: greeting(t) }]);
  }

  #toggle() {
    if (this.#panel.open) this.close();
    else void this.open();
  }

  #onClose() {
    this.#parts.launcher.setAttribute("aria-expanded", "false");
    this.removeAttribute("open");
    this.#parts.launcher.focus();
  }

  /** From a panel at the side to a full screen, or back, when the window changes. */
  #changeShape() {
    if (!this.#panel.open) return;
    this.#panel.close();
    void this.open();
  }

  /** Keep the field above the keyboard of a phone. */
  #fitKeyboard() {
    const viewport = window.visualViewport;
    const style = this.#panel.style;
    if (!viewport || !PHONE.matches) {
      style.removeProperty("--height");
      style.removeProperty("--top");
      return;
    }
    style.setProperty("--height", `${viewport.height}px`);
    style.setProperty("--top", `${viewport.offsetTop}px`);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    // While a word is being converted, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #onInput() {
    const input = this.#input;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight}px`;
    const left = (this.#config?.max_message_chars ?? Infinity) - [...input.value].length;
    const t = this.#config?.texts ?? {};
    this.#parts.left.textContent = left < WARN_CHARS ? fill(t.left, { left: String(left) }) : "";
    this.#parts.left.classList.toggle("over", left < 0);
    this.#parts.send.toggleAttribute("data-full", Boolean(input.value.trim()));
  }

  /** @param {Event} event */
  #onSubmit(event) {
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#input.value.trim();
    const limit = this.#config?.max_message_chars ?? Infinity;
    if (!text || [...text].length > limit) {
      this.#input.focus();
      return;
    }
    this.#input.value = "";
    this.#onInput();
    this.#send(text);
    this.#input.focus();
  }

  /** @param {string} text @param {string} [shown] what the member sees, for a button */
  #send(text, shown = text) {
    const id = randomId();
    this.#transcript?.addMember(id, shown);
    this.#enqueue(id, text, shown);
  }

  /** One message at a time, in order. @param {string} id @param {string} text @param {string} shown */
  #enqueue(id, text, shown) {
    this.#waiting += 1;
    this.#transcript?.setTyping(true);
    this.#queue = this.#queue.then(() => this.#deliver(id, text, shown)).finally(() => {
      this.#waiting -= 1;
      this.#transcript?.setTyping(this.#waiting > 0);
    });
  }

  /** @param {string} id @param {string} text @param {string} shown */
  async #deliver(id, text, shown) {
    const t = this.#config?.texts ?? {};
    const sender = this.#memory.conversation;
    try {
      const tell = (/** @type {string | null} */ state) => this.#transcript?.setState(id, state && t[state]);
      const replies = await deliver(this.#base, { sender, message: text, id }, tell);
      if (sender === this.#memory.conversation) this.#take(id, shown, replies);
    } catch (error) {
      const tooLong = error instanceof NotSent && error.reason === "too_long";
      const limit = String(this.#config?.max_message_chars ?? "");
      const again = { label: t.retry, act: () => this.#again(id, text, shown) };
      this.#transcript?.setState(id, tooLong ? fill(t.too_long, { limit }) : t.failed, tooLong ? null : again);
    }
  }

  /** @param {string} id @param {string} text @param {string} shown */
  #again(id, text, shown) {
    this.#transcript?.setState(id, null);
    this.#enqueue(id, text, shown);
  }

  /** What was said is remembered only now, when it is known what the counter struck out of it. @param {string} id @param {string} shown @param {Reply[]} replies */
  #take(id, shown, replies) {
    const struck = replies.find((reply) => reply.custom?.masked_message !== undefined)?.custom?.masked_message;
    this.#memory.add({ who: "member", id, text: struck ?? shown });
    if (struck !== undefined) this.#transcript?.strikeOut(id, struck);
    for (const reply of replies) this.#memory.add({ who: "counter", id: randomId(), reply });
    this.#transcript?.setTyping(false);
    this.#transcript?.addReplies(replies);
  }

  /** @param {boolean} on */
  #askAnew(on) {
    this.#parts.confirm.hidden = !on;
    if (on) this.#parts.confirm.querySelector("button")?.focus();
    else this.#input.focus();
  }

  #anew() {
    this.#memory.anew();
    this.#askAnew(false);
    this.#restore();
  }
}

/** The first words come from here, so that opening the panel asks nothing of the counter. @param {Record<string, string>} t @returns {Reply} */
function greeting(t) {
  const buttons = [t.suggestion_1, t.suggestion_2, t.suggestion_3, t.suggestion_4].map((title) => ({ title, payload: title }));
  return { text: t.greeting, buttons };
}

/** @param {URL} url */
async function fetchSurely(url) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(url, { credentials: "omit" });
      if (response.ok) return response;
    } catch {
      // Tried again below.
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(30000, 1000 * 2 ** attempt)));
  }
}
