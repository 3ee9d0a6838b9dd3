"""JavaScript that measures the app in a page: received data and drawn frames."""

# Counts bytes from a socket and frames in which a canvas was drawn; runs before the page's own script.
WATCH = """
window.watched = { bytes: 0, messages: [], frames: 0, drawn: 0, longest: 0 };
const heard = WebSocket.prototype.addEventListener;
const note = (event) => {
  const size = event.data.size ?? event.data.byteLength ?? event.data.length;
  watched.bytes += size;
  if (typeof event.data !== "string") watched.messages.push(performance.now());
};
const Line = WebSocket;
window.WebSocket = class extends Line { constructor(...given) { super(...given); heard.call(this, "message", note); } };
let touched = false;
for (const name of ["stroke", "fill", "fillRect", "drawImage", "putImageData"]) {
  const act = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...given) { touched = true; return act.apply(this, given); };
}
let last = performance.now();
const tick = () => {
  const now = performance.now();
  watched.frames += 1;
  if (touched) { watched.drawn += 1; watched.longest = Math.max(watched.longest, now - last); }
  touched = false;
  last = now;
  requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
"""
# Sets a slider as a user does, and records the time.
DRAG = """
(it, value) => {
  it.value = value;
  window.touchedAt = performance.now();
  it.dispatchEvent(new Event("input", { bubbles: true }));
}
"""
# Milliseconds until data arrived, and until the next drawing.
NEXT_DRAW = """
(began) => new Promise((done) => {
  const look = () => {
    const came = watched.messages.find((when) => when > began);
    if (came === undefined) return requestAnimationFrame(look);
    const drawn = watched.drawn;
    const wait = () => (watched.drawn > drawn ? done([came - began, performance.now() - began]) : requestAnimationFrame(wait));
    requestAnimationFrame(wait);
  };
  look();
})
"""
# Counts changes of the first picture of a page.
COUNT_PICTURES = """
() => {
  window.pictures = 0;
  const look = () => {
    const first = document.querySelectorAll("img")[0];
    if (first && window.lastPicture !== first.src) { window.lastPicture = first.src; window.pictures += 1; }
    requestAnimationFrame(look);
  };
  look();
}
"""
# Milliseconds from a click on Step until the picture of the residents changes.
STEP = """
() => new Promise((done) => {
  const before = document.querySelectorAll("img")[0].src, began = performance.now();
  [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === "Step").click();
  const other = () => document.querySelectorAll("img")[0]?.src !== before;
  const look = () => (other() ? done(performance.now() - began) : requestAnimationFrame(look));
  look();
})
"""
ALL_THERE = """
(residents) => {
  const page = [...document.querySelectorAll("*")].find((one) => one.leefwereld);
  const { header, have } = page.leefwereld.store;
  return header && header.n === residents && have === header.weeks;
}
"""
