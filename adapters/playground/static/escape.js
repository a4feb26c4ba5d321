// Esc closes what is open, from the first moment on: this is read before the page, and asks for nothing that is in it.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelector("dialog[open] > header a")?.click();
  const menu = document.querySelector("details[open]");
  if (!menu) return;
  menu.open = false;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
});
