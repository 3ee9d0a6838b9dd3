// The index of pages to take along speaks two languages.
const show = (lang) => {
  document.documentElement.lang = lang;
  for (const part of document.querySelectorAll("[data-lang]")) part.hidden = part.dataset.lang !== lang;
  for (const button of document.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.lang === lang));
  document.title = document.querySelector(`[data-lang=${lang}] h1`).textContent;
};
for (const button of document.querySelectorAll("button")) button.addEventListener("click", () => show(button.lang));
const wished = (navigator.languages || [navigator.language]).map((one) => one.slice(0, 2)).find((one) => ["nl", "en"].includes(one));
show(wished || "en");
