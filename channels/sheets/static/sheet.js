// @ts-check
/** The print button of a sheet; without this script the browser's own menu prints as well. */
const button = document.querySelector("[data-print]");
if (button instanceof HTMLButtonElement) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
