// A window without a screen: elements by happy-dom, canvases that note what is drawn on them, and time that only goes on when told.
import { mock } from "node:test";

import { Window } from "happy-dom";

/** Make the globals of a browser. Returns {window, drawn}: `drawn` grows by a line for each call and each colour. */
export function openWindow(search = "") {
  const window = new Window({ url: `http://localhost/${search}`, width: 1366, height: 768 });
  const drawn = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e12 });
  window.HTMLCanvasElement.prototype.getContext = function getContext() {
    this.noted ??= noting(this, drawn);
    return this.noted;
  };
  window.HTMLCanvasElement.prototype.toBlob = (give) => give(new Blob(["picture"]));
  class Path2D {
    constructor(path) {
      this.path = path;
    }
  }
  const given = { window, document: window.document, ResizeObserver: window.ResizeObserver, Element: window.Element, Path2D, performance: { now: () => Date.now() }, requestAnimationFrame: (act) => setTimeout(() => act(Date.now()), 16), cancelAnimationFrame: (frame) => clearTimeout(frame) };
  for (const [name, value] of Object.entries(given)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB", languages: ["en-GB"] }, configurable: true });
  return { window, drawn };
}

/** A drawing context that does nothing but say what it was told. */
function noting(canvas, drawn) {
  const told = (value) => (typeof value === "number" ? value.toFixed(3) : (value?.path ?? String(value)));
  return new Proxy({}, {
    get(_, name) {
      if (name === "canvas") return canvas;
      if (name === "measureText") return (text) => ({ width: 6 * text.length });
      return (...values) => { drawn.push(`${String(name)} ${values.map(told).join(" ")}`); };
    },
    set(_, name, value) {
      drawn.push(`${String(name)} = ${told(value)}`);
      return true;
    },
  });
}

/** The program's end of the line, as anywidget gives it to a page. */
export function line(traits) {
  const heard = {};
  const sent = [];
  return {
    sent,
    say: (message, buffers = []) => (heard["msg:custom"] || []).forEach((act) => act(message, buffers)),
    turn: (name, value) => { traits[name] = value; (heard[`change:${name}`] || []).forEach((act) => act()); },
    model: {
      get: (name) => traits[name],
      on: (topic, act) => { (heard[topic] ||= []).push(act); },
      off: (topic, act) => { heard[topic] = heard[topic].filter((one) => one !== act); },
      send: (message) => sent.push(structuredClone(message)),
    },
  };
}

/** Let messages be heard, and so many milliseconds go by. */
export async function settle(milliseconds = 50) {
  const heard = async () => { for (let k = 0; k < 20; k++) await new Promise((done) => setImmediate(done)); };
  await heard();
  mock.timers.tick(milliseconds);
  await heard();
}
