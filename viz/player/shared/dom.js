// Small tools for the page: elements, icons, downloads.


/** Make an element: h("p", {class: "note", onclick: f}, "text", child). */
export function h(tag, props = {}, ...kids) {
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
export function icon(path) {
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

export const ICONS = {
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
export function iconButton(name, label, act, more = {}) {
  return h("button", { type: "button", class: "lw-icon", "aria-label": label, title: label, onclick: act, ...more }, icon(ICONS[name]));
}

/** Offer bytes or text as a file. */
export function download(name, parts, mime) {
  const url = URL.createObjectURL(new Blob([].concat(parts), { type: mime }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
