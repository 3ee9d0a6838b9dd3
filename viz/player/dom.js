// Small tools for the page: elements, numbers, words, downloads.

/** Make an element: h("p", {class: "note", onclick: f}, "text", child). */
function h(tag, props = {}, ...kids) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else if (key === "class") el.className = value;
    else if (["value", "checked", "disabled", "selected", "hidden"].includes(key)) el[key] = value;
    else el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...kids.flat().filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return el;
}

/** A picture for a button: paths in a field of 24 by 24, hidden from screen readers. */
function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true", focusable: "false" }))
    svg.setAttribute(key, value);
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill", "currentColor");
  svg.append(shape);
  return svg;
}

const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  back: "M15 5v14l-9-7zM16 5h3v14h-3z",
  forward: "M9 5v14l9-7zM5 5h3v14H5z",
  start: "M5 5h3v14H5zM19 5v14l-10-7z",
  end: "M16 5h3v14h-3zM5 5v14l10-7z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
  all: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
  undo: "M9 5v4h5a6 6 0 0 1 0 12H8v-2h6a4 4 0 0 0 0-8H9v4L2 10z",
  close: "M6 4.6 12 10.6 18 4.6 19.4 6 13.4 12 19.4 18 18 19.4 12 13.4 6 19.4 4.6 18 10.6 12 4.6 6z",
};

/** A button with a picture and a name. */
function iconButton(name, label, act, more = {}) {
  return h("button", { type: "button", class: "lw-icon", "aria-label": label, title: label, onclick: act, ...more }, icon(ICONS[name]));
}

/** The words of the chosen language: t("ui.week", {n: 3}). A missing word is told by its own name. */
function makeWords(app) {
  const find = (path) => path.split(".").reduce((at, key) => (at === undefined ? undefined : at[key]), app.texts[app.lang]);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (values && key in values ? values[key] : all));
  app.t = (path, values) => {
    const text = find(path);
    return typeof text === "string" ? fill(text, values) : path.split(".").pop().replaceAll("_", " ");
  };
  /** A word by name within a section (names may hold dots), or what the data bring along. */
  app.word = (section, name, own) => {
    const text = (app.texts[app.lang][section] || {})[name];
    return typeof text === "string" ? text : (own && app.say(own)) || String(name).replaceAll("_", " ");
  };
  app.say = (text) => (text && typeof text === "object" ? text[app.lang] || text.nl || text.en || "" : text || "");
  app.number = (value, digits = 0) =>
    Number.isFinite(value)
      ? new Intl.NumberFormat(app.lang === "nl" ? "nl-NL" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
      : "–";
  app.amount = (value, unit) => {
    if (!Number.isFinite(value)) return "–";
    if (unit === "share") return `${app.number(100 * value, value < 0.0995 ? 1 : 0)} %`;
    if (unit === "0-1" || unit === "ties") return app.number(value, 2);
    return app.number(value, Math.abs(value) < 100 ? 1 : 0);
  };
}

/** Offer bytes or text as a file. */
function download(name, parts, mime) {
  const url = URL.createObjectURL(new Blob([].concat(parts), { type: mime }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** A number from 0 to 1 that belongs to a whole number, always the same. */
function scatter(n) {
  let x = (Math.imul(n | 0, 0x9e3779b1) ^ 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296;
}
