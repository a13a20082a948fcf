// @ts-check
/**
 * Brings one message to the counter and its replies back. A lost connection is tried again with the same message id,
 * so that the counter never takes a message twice.
 */

const PAUSES_MS = [700, 1500, 3000, 6000, 12000];
const PATIENCE_MS = 15000;

export class NotSent extends Error {
  /** @param {"too_long" | "refused" | "lost"} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * @param {string} base
 * @param {{sender: string, message: string, id: string}} message
 * @param {(state: "offline" | "retrying" | "too_fast" | null) => void} tell
 * @returns {Promise<import("./types.js").Reply[]>}
 */
export async function deliver(base, message, tell) {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await once(base, message);
    if (outcome.replies) {
      tell(null);
      return outcome.replies;
    }
    if (outcome.reason) throw new NotSent(outcome.reason);
    if (attempt >= PAUSES_MS.length) throw new NotSent("lost");
    tell(navigator.onLine ? (outcome.waitMs ? "too_fast" : "retrying") : "offline");
    await pause(outcome.waitMs ?? PAUSES_MS[attempt]);
  }
}

/**
 * @param {string} base
 * @param {{sender: string, message: string, id: string}} message
 * @returns {Promise<{replies?: import("./types.js").Reply[], reason?: "too_long" | "refused", waitMs?: number}>}
 */
async function once(base, { sender, message, id }) {
  try {
    const response = await fetch(new URL("webhooks/rest/webhook", base), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender, message, metadata: { message_id: id, channel: "web" } }),
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return { replies: await response.json() };
    if (response.status === 413) return { reason: "too_long" };
    if (response.status === 429) return { waitMs: 1000 * Number(response.headers.get("Retry-After") ?? 5) };
    return response.status >= 500 ? {} : { reason: "refused" };
  } catch {
    return {};
  }
}

/** Waits; a connection that comes back ends the waiting. @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve(undefined);
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}
