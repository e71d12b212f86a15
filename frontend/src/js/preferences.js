// Theme and menus. The server keeps the choice, so the first paint is right; this spares a reload and keeps the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-theme-choice]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const theme = link.dataset.themeChoice;
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.querySelector("meta[name=color-scheme]").content = theme === "auto" ? "light dark" : theme;
  for (const other of document.querySelectorAll("a[data-theme-choice]")) {
    if (other.dataset.themeChoice === theme) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => {}); // offline: it holds for this page at least
});

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
