// @ts-check
/**
 * What the widget remembers in the browser: the conversation's random id (for the next visit) and, for this tab only,
 * what was said. A browser that keeps nothing still works for as long as the page is open.
 */

/** @typedef {import("./types.js").Entry} Entry */

const ID = "madoguchi.conversation";
const SAID = "madoguchi.said";
const KEPT = 60;

export class Memory {
  /** @type {string} */
  #id;
  /** @type {Entry[]} */
  #entries;

  constructor() {
    this.#id = read(() => localStorage, ID) ?? this.#fresh();
    this.#entries = parsed(read(() => sessionStorage, SAID), this.#id);
  }

  get conversation() {
    return this.#id;
  }

  get entries() {
    return [...this.#entries];
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#entries = [...this.#entries, entry].slice(-KEPT);
    this.#write();
  }

  /** Forget the conversation; the next one has an id of its own. */
  anew() {
    this.#entries = [];
    this.#id = this.#fresh();
    this.#write();
  }

  #fresh() {
    const id = randomId();
    write(() => localStorage, ID, id);
    return id;
  }

  #write() {
    write(() => sessionStorage, SAID, JSON.stringify({ id: this.#id, entries: this.#entries }));
  }
}

/** A random UUID; on a page without TLS `crypto.randomUUID` is missing. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** @param {() => Storage} storage @param {string} key */
function read(storage, key) {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** @param {() => Storage} storage @param {string} key @param {string} value */
function write(storage, key, value) {
  try {
    storage().setItem(key, value);
  } catch {
    // Storage is closed or full: the conversation goes on, it is only not remembered.
  }
}

/** @param {string | null} stored @param {string} id @returns {Entry[]} */
function parsed(stored, id) {
  try {
    const found = JSON.parse(stored ?? "null");
    return found?.id === id && Array.isArray(found.entries) ? found.entries : [];
  } catch {
    return [];
  }
}
