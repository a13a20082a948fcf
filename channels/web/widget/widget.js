// @ts-check
/**
 * The one script that a site embeds: <script src="https://…/widget.js" defer></script>, classic or type="module".
 * It only finds out where it came from and loads the modules from there; it adds one element to the page.
 * Attributes: data-lang="ja|en"; data-open opens the panel at once.
 */
(() => {
  const own = /** @type {HTMLScriptElement | null} */ (
    document.currentScript ?? document.querySelector('script[src$="/widget.js"]')
  );
  const base = new URL("./widget/", own?.src ?? document.baseURI);
  const add = async () => {
    const { Counter } = await import(new URL("counter.js", base).href);
    if (!customElements.get("madoguchi-counter")) customElements.define("madoguchi-counter", Counter);
    if (document.querySelector("madoguchi-counter")) return;
    const element = document.createElement("madoguchi-counter");
    element.setAttribute("base", new URL("../", base).href);
    element.setAttribute("lang", own?.dataset.lang ?? "ja");
    if (own && "open" in own.dataset) element.setAttribute("open", "");
    document.body.append(element);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", add, { once: true });
  else void add();
})();
