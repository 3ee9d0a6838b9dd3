// What a page holds, and what it does with what the program says.

let pagesMade = 0;

/** All that a page shows, and its ear for the program; built up further by `Asking`, `Clock` and `App`. */
class Hearing {
  constructor(model, el) {
    this.model = model;
    this.id = `lw${++pagesMade}`;
    this.texts = model.get("texts");
    this.choices = model.get("choices") || {};
    this.live = Boolean(model.get("live"));
    this.state = structuredClone(model.get("state") || {});
    this.lang = this.firstLanguage();
    this.store = new Store();
    this.root = h("div", { class: "lw" });
    el.append(this.root);
    this.selected = this.state.selected || null;
    this.colour = this.state.colour || "trust_neighbours";
    this.time = this.state.week || 1;
    this.playing = false;
    this.speed = 4;
    this.tab = this.live ? (TABS.includes(this.state.tab) ? this.state.tab : "story") : "about";
    this.zoom = { by: 1, x: 0.5, y: 0.5 };
    this.hiddenSides = new Set();
    this.shown = [];
    this.bets = [];
    this.past = [];
    this.farthest = 1;
    this.maps = [];
    this.cards = [];
    this.panels = [];
    this.panelOpen = true;
    makeWords(this);
    const motion = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.calm = motion.matches;
    motion.addEventListener?.("change", () => { this.calm = motion.matches; this.redraw(); });
  }

  firstLanguage() {
    if (["nl", "en"].includes(this.state.lang)) return this.state.lang;
    const wished = (navigator.languages || [navigator.language || "en"]).map((one) => one.slice(0, 2)).find((one) => ["nl", "en"].includes(one));
    return wished || "en";
  }

  start() {
    this.dressPage();
    this.build();
    let last = Promise.resolve(); // messages are dealt with in the order in which they came
    const hear = (message, buffers) => {
      last = last.then(async () => { if (!this.closed) this.hear(...(await unpack(message, buffers || []))); }).catch((error) => { console.error(error); this.fail(String(error)); });
    };
    this.model.on("msg:custom", hear);
    const unkey = listenToKeys(this);
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.root);
    this.model.on("change:choices", () => { this.choices = this.model.get("choices") || {}; this.build(); });
    const back = () => (this.wentBack = Date.now());
    window.addEventListener("popstate", back);
    this.model.on("change:state", () => this.followAddress());
    this.model.send({ kind: "ready" });
    if (this.live) this.ask();
    return () => {
      unkey();
      this.watch.disconnect();
      cancelAnimationFrame(this.frame);
      window.removeEventListener("popstate", back);
      this.model.off?.("msg:custom", hear);
      this.closed = true;
    };
  }

  /** Back and forth in the browser's history: the view of that address, once the program has read it. */
  followAddress() {
    if (!this.wentBack || Date.now() - this.wentBack > 5000) return;
    this.wentBack = 0;
    const { week, colour, selected, lang, tab, ...view } = structuredClone(this.model.get("state") || {});
    this.time = week || this.time;
    this.colour = colour || this.colour;
    this.selected = selected || null;
    if (lang && lang !== this.lang) this.setLanguage(lang);
    if (TABS.includes(tab) && tab !== this.tab) this.showTab(tab);
    const core = ({ scenario, seed, weeks, sides }) => JSON.stringify({ scenario, seed, weeks, sides });
    if (core(view) === core(this.state)) return this.redraw(true);
    this.state = { ...this.state, ...view };
    this.freshRun = true;
    this.ask();
    this.refillTab();
  }

  hear(message, buffers) {
    const run = message.run;
    if (message.kind === "header") return this.hearHeader(message);
    if (message.kind === "keep" && run === this.run) return this.hearKeep(message);
    if (message.kind === "wait" && run === this.run) return this.hearWait(message);
    if (message.kind === "chunk" && run === this.run) return this.hearChunk(message, buffers);
    if (message.kind === "done" && run === this.run) return this.hearDone(message);
    if (message.kind === "pairs") return this.hearPairs(message);
    if (message.kind === "ties") return this.hearTies(message);
    if (message.kind === "file") return this.hearFile(message, buffers);
    if (message.kind === "loaded") return this.hearLoaded(message);
    if (message.kind === "areas") return this.hearAreas(message);
    if (message.kind === "error") return this.fail(this.say(message.text));
  }

  hearHeader(message) {
    const { run } = message;
    if (this.live && run !== this.run) return;
    const header = { ...message.header, sides: message.sides || message.header.sides, weeks: message.weeks || message.header.weeks };
    this.run = run;
    this.store.run = run;
    const same = this.store.open(header, this.freshRun);
    this.freshRun = false;
    if (!same) {
      this.map = layOut(header);
      this.spread = null;
      this.zoom = { by: 1, x: 0.5, y: 0.5 };
      if (this.selected?.type === "resident" && this.selected.id >= header.n) this.selected = null;
      this.built = false;
    }
    if (!this.state.sides) this.state.sides = header.sides.map((side) => ({ regime: side.regime, practices: {}, changes: [], events: [] }));
    this.state.weeks ??= header.weeks;
    if (!this.built || this.maps.length !== this.store.sides.length) this.build();
  }

  /** Weeks up to this one are still right; what comes after is on its way. */
  hearKeep({ side, weeks }) {
    const one = this.store.sides[side];
    if (!one || weeks < one.length) return;
    one.stale = false;
    one.ghost = null; // nothing changed here
  }

  hearWait({ text }) {
    for (const note of [this.busyNote, this.root.querySelector(".lw-wait p")]) if (note) note.textContent = this.say(text);
  }

  hearChunk(message, buffers) {
    const side = this.store.sides[message.side];
    if (!side) return;
    const first = this.store.have === 0;
    side.add(message, buffers.map((one) => (one instanceof ArrayBuffer ? one : one.buffer.slice(one.byteOffset, one.byteOffset + one.byteLength))));
    for (const panel of this.panels) { panel.range = null; panel.filled = null; }
    if (this.store.have > 0) {
      if (first) this.build();
      this.maps[message.side]?.fresh();
      this.redraw();
    }
  }

  hearDone({ side }) {
    if (this.store.sides[side]) this.store.sides[side].done = true;
    if (this.store.sides[side]) this.store.sides[side].stale = false;
    if (this.store.sides.every((one) => one.done) && this.busyNote) this.busyNote.textContent = this.t("change.ready");
    this.redraw();
  }

  hearPairs(message) {
    if (message.run !== this.pairsRun) return;
    this.pairsProgress = { done: message.done, of: message.of };
    if (message.spread) {
      this.spread = { ...message.spread, pairs: message.done };
      for (const panel of this.panels) panel.range = null;
    }
    if (message.done >= message.of) {
      this.pairsRun = null;
      this.pairsProgress = null;
      this.showTab(this.tab);
    }
    fillLuck(this);
    this.redraw();
  }

  hearTies(message) {
    if (this.selected?.type !== "resident" || this.selected.id !== message.resident) return;
    this.ties = { ...this.ties, [message.side]: message };
    const counts = Object.values(this.ties).map((one) => one.ties.length);
    this.tiesNote = counts.some(Boolean) ? this.t("story.tiesCount", { n: counts.join(" / ") }) : this.t("story.tiesNone");
    this.redraw(true);
  }

  hearFile(message, buffers) {
    download(message.name, buffers, message.mime || "application/octet-stream");
    if (this.takeNote) this.takeNote.textContent = this.t("take.saved", { name: message.name });
  }

  hearLoaded({ scenario }) {
    const known = this.choices.scenarios || [];
    this.choices = { ...this.choices, scenarios: [...known.filter((one) => one.name !== scenario.name), scenario] };
    this.openScenario(scenario.name);
    if (this.ownNote) this.ownNote.textContent = this.t("own.loaded", { name: this.say(scenario.title) });
  }

  hearAreas({ areas }) {
    if (!this.areaList) return;
    this.areaList.replaceChildren(...areas.map((one) => h("option", { value: typeof one === "object" ? one.name || one.code : one })));
    this.ownNote.textContent = this.t("own.areas");
  }

  fail(text) {
    this.alert.textContent = this.t("ui.error", { text });
    this.alert.hidden = false;
    for (const note of [this.ownNote, this.busyNote, this.takeNote]) if (note) note.textContent = "";
    if (this.pairsRun) { this.pairsRun = null; this.pairsProgress = null; }
  }
}
