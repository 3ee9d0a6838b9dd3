// Words and numbers in the language of the page. Any object with `texts` and `lang` will do as a page here.

/** The words at a path: t(page, "ui.week", {n: 3}); of two, the first is for exactly one. A missing word is told by its own name. */
export function t(page, path, values) {
  const found = path.split(".").reduce((at, key) => at?.[key], page.texts[page.lang]);
  const text = Array.isArray(found) ? found[Number(values?.n) === 1 ? 0 : 1] : found;
  if (typeof text !== "string") return plain(path.split(".").pop());
  return text.replace(/\{(\w+)\}/g, (all, key) => (values && key in values ? values[key] : all));
}

/** A word by name within a section (names may hold dots), or what the data bring along. */
export function word(page, section, name, own) {
  const text = page.texts[page.lang][section]?.[name];
  return typeof text === "string" ? text : (own && say(page, own)) || plain(String(name));
}

/** A text that comes in both languages, or as it is. */
export function say(page, text) {
  return text && typeof text === "object" ? text[page.lang] || text.nl || text.en || "" : text || "";
}

/** A number as it is written in the language of the page. */
export function number(page, value, digits = 0) {
  if (!Number.isFinite(value)) return "–";
  return new Intl.NumberFormat(page.lang === "nl" ? "nl-NL" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A number with as many digits as its unit deserves. */
export function amount(page, value, unit) {
  if (!Number.isFinite(value)) return "–";
  if (unit === "share") return `${number(page, 100 * value, value < 0.0995 ? 1 : 0)} %`;
  if (unit === "0-1" || unit === "ties") return number(page, value, 2);
  return number(page, value, Math.abs(value) < 100 ? 1 : 0);
}

function plain(name) {
  return name.replaceAll("_", " ");
}
