// @ts-check
/** The demo page's buttons open the counter, some with a question. A real site may do the same. */

/** @returns {Promise<any>} the widget's element, once it is there */
const counter = async () => {
  await customElements.whenDefined("madoguchi-counter");
  return document.querySelector("madoguchi-counter");
};
for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", async () => (await counter())?.open());
}
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", async () => (await counter())?.ask(button.textContent?.trim() ?? ""));
}
