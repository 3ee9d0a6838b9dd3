// The page as a whole: what is shown, what time it is, and what the program says.

const TABS = ["story", "change", "luck", "bets", "own", "take", "about"];
let pagesMade = 0;

class App {
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
    this.tab = this.live ? "story" : "about";
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

  // --- what the program says ---------------------------------------------------------------------------------

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
    this.model.send({ kind: "ready" });
    if (this.live) this.ask();
    return () => {
      unkey();
      this.watch.disconnect();
      cancelAnimationFrame(this.frame);
      this.model.off?.("msg:custom", hear);
      this.closed = true;
    };
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

  // --- what the page asks ------------------------------------------------------------------------------------

  send(message, buffers) {
    this.model.send(message, undefined, buffers);
  }

  ask() {
    this.run = (this.run || 0) + 1;
    this.alert.hidden = true;
    if (this.busyNote) this.busyNote.textContent = this.t("change.busy");
    this.send({ kind: "view", state: this.wire(), run: this.run, fresh: Boolean(this.freshRun) });
  }

  wire() {
    return { ...this.state, week: this.week(), colour: this.colour, selected: this.selected, lang: this.lang };
  }

  /** Change the view; what was stays in the undo list, and the course so far as a ghost. */
  change(key, act, fresh = false) {
    const next = structuredClone(this.state);
    act(next);
    if (key !== this.lastKey) {
      this.past.push(structuredClone(this.state));
      if (this.past.length > 100) this.past.shift();
      if (!fresh && this.store.sides.every((side) => !side.stale)) this.store.sides.forEach((side) => side.keep());
    }
    this.lastKey = key;
    this.moveTo(next, fresh);
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.lastKey = null;
    const fresh = before.sides.length !== this.state.sides.length || before.seed !== this.state.seed || before.weeks !== this.state.weeks || before.scenario !== this.state.scenario;
    if (!fresh) this.store.sides.forEach((side) => side.keep());
    this.moveTo(before, fresh);
    this.speak(this.t("change.undone"));
  }

  moveTo(state, fresh) {
    this.state = state;
    this.freshRun = fresh;
    this.spread = null;
    this.pairsRun = null;
    this.pairsProgress = null;
    this.ask();
    this.touchState(true);
    const typing = document.activeElement?.closest?.(".lw-practice");
    if (!typing) this.showTab(this.tab);
    else if (this.undoButtonShown !== Boolean(this.past.length)) this.root.querySelector(".lw-undo")?.removeAttribute("disabled");
  }

  openScenario(name) {
    this.time = 1;
    this.farthest = 1;
    this.bets.length = 0;
    this.pause();
    this.change(`scenario ${name}`, (state) => {
      state.scenario = name;
      state.week = 1;
      state.selected = null;
      state.weeks = (this.choices.scenarios || []).find((one) => one.name === name)?.weeks || 260;
      state.sides = state.sides.map((side) => ({ regime: side.regime, practices: {}, changes: [], events: [] }));
    }, true);
    this.select(null);
  }

  runPairs() {
    this.pairsRun = (this.pairsRuns = (this.pairsRuns || 100000) + 1);
    this.pairsProgress = { done: 0, of: 50 };
    this.send({ kind: "pairs", state: this.wire(), run: this.pairsRun, pairs: 50 });
    this.showTab("luck");
  }

  stopPairs() {
    this.send({ kind: "stop" });
    this.pairsRun = null;
    this.pairsProgress = null;
    this.showTab("luck");
  }

  toggleTies() {
    this.tiesNote = "";
    if (this.ties) {
      this.ties = null;
      return this.redraw(true);
    }
    this.askTies();
  }

  /** Whom the chosen resident knows, in every side. */
  askTies() {
    for (const { index } of this.visible()) {
      const kept = this.live ? null : this.model.get("tiesOf")?.(index, this.selected.id);
      if (kept) this.hearTies({ side: index, resident: this.selected.id, ties: kept });
      else if (this.live) this.send({ kind: "ties", run: this.run, side: index, week: this.week(), resident: this.selected.id });
      else this.tiesNote = this.t("story.tiesNone");
    }
    fillStory(this);
  }

  /** The address follows what is shown, now and then. */
  touchState(now = false) {
    if (!this.live) return;
    clearTimeout(this.stateTimer);
    this.stateTimer = setTimeout(() => this.send({ kind: "state", state: this.wire() }), now ? 0 : 700);
  }

  // --- time ----------------------------------------------------------------------------------------------------

  week() {
    return clamp(Math.floor(this.time), 1, Math.max(1, this.store.have || 1));
  }

  visible() {
    return this.store.sides.filter((side) => !this.hiddenSides.has(side.index));
  }

  play() {
    if (!this.store.have) return;
    if (this.week() >= this.store.header.weeks) this.time = 1;
    this.playing = true;
    this.before = performance.now();
    this.loop();
    this.redraw();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.time = this.week();
    this.speak(spokenSummary(this));
    this.touchState();
    this.redraw(true);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(week) {
    if (!this.store.have) return;
    this.time = clamp(Math.round(week), 1, this.store.have);
    if (!this.playing) this.touchState();
    this.redraw(true);
  }

  faster(step) {
    const place = clamp(SPEEDS.indexOf(this.speed) + step, 0, SPEEDS.length - 1);
    this.setSpeed(SPEEDS[place]);
    this.transport.speed.value = this.speed;
  }

  setSpeed(speed) {
    this.speed = speed;
  }

  loop() {
    cancelAnimationFrame(this.frame);
    const step = (now) => {
      if (!this.playing || this.closed) return;
      const passed = Math.min(0.25, (now - this.before) / 1000);
      this.before = now;
      const end = this.store.header.weeks;
      this.time = Math.max(this.time, Math.min(this.time + passed * this.speed, this.store.have + 0.999)); // waits for weeks to come
      if (this.time >= end) {
        this.time = end;
        return this.pause();
      }
      this.drawFrame();
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  drawFrame() {
    for (const card of this.cards) if (!card.el.hidden) card.map.draw(this.time);
    const week = this.week();
    if (week !== this.drawnWeek) this.atWeek(week);
  }

  /** What changes once a week, beside the maps. The story is slow to lay out, so it follows at most four times a second. */
  atWeek(week) {
    this.drawnWeek = week;
    this.farthest = Math.max(this.farthest, week);
    fillTransport(this);
    fillFacts(this);
    fillBoard(this);
    const now = performance.now();
    if (!this.playing || now - (this.storyAt || 0) > 250) {
      this.storyAt = now;
      fillStory(this);
      if (this.tab === "bets") fillBets(this);
      if (this.tab === "change") fillSliders(this);
    }
  }

  redraw(now = false) {
    this.drawnWeek = -1;
    if (now) return this.paint();
    if (this.painting) return;
    this.painting = requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.painting);
    this.painting = 0;
    if (this.closed || !this.store.have) return;
    this.drawnWeek = -1;
    this.drawFrame();
  }

  // --- looking ---------------------------------------------------------------------------------------------------

  select(chosen) {
    this.selected = chosen;
    this.ties = null;
    this.tiesNote = "";
    if (chosen && this.tab !== "story") this.showTab("story");
    if (chosen && !this.panelOpen) this.panelSwitch?.click();
    this.touchState();
    this.redraw(true);
    if (chosen && this.store.have) this.speak(this.t("spoken.selected", { name: chosenName(this, this.store.sides[0], this.week()) }));
  }

  zoomBy(times) {
    this.zoomTo(clamp(this.zoom.by * times, 1, 12), this.zoom.x, this.zoom.y);
  }

  zoomTo(by, x, y) {
    const half = 0.5 / by;
    this.zoom = { by, x: by === 1 ? 0.5 : clamp(x, half, 1 - half), y: by === 1 ? 0.5 : clamp(y, half, 1 - half) };
    for (const map of this.maps) map.fresh();
    this.redraw();
  }

  speak(text) {
    if (this.live_) this.live_.textContent = text;
  }

  setLanguage(lang) {
    this.lang = lang;
    this.state.lang = lang;
    this.drawnWeek = -1;
    this.dressPage();
    this.build();
    this.touchState();
    this.root.querySelector(`.lw-language [data-lang=${lang}]`)?.focus();
  }

  /** What the neighbourhood is called. */
  title() {
    const { header } = this.store;
    const told = (this.choices.scenarios || []).find((one) => one.name === (this.state.scenario || header.scenario));
    return this.say(told?.title) || this.say(header.title);
  }

  dressPage() {
    document.documentElement.lang = this.lang;
    const title = this.store.header ? `${this.title()} – ${this.t("appName")}` : this.t("appName");
    document.title = title;
    let meta = document.querySelector("meta[name=viewport]");
    if (!meta) document.head.append((meta = h("meta", { name: "viewport" })));
    meta.setAttribute("content", "width=device-width, initial-scale=1");
  }

  // --- building the page -----------------------------------------------------------------------------------------

  build() {
    this.sliders = [];
    this.alert = h("p", { class: "lw-alert", role: "alert", hidden: true });
    this.live_ = h("p", { class: "lw-spoken", "aria-live": "polite" });
    const top = buildTop(this);
    const skip = h("a", { class: "lw-skip", href: `#${this.id}-maps`, onclick: (event) => { event.preventDefault(); this.root.querySelector(".lw-play")?.focus(); } }, this.t("ui.skip"));
    if (!this.store.header || !this.store.have) {
      this.maps = [];
      this.cards = [];
      this.root.replaceChildren(skip, top, this.alert, this.live_, h("main", { class: "lw-wait" }, h("p", { role: "status" }, this.t("ui.loading"))));
      return;
    }
    this.built = true;
    this.dressPage();
    const stage = buildStage(this);
    const panel = this.buildPanel();
    const legend = h("details", { class: "lw-legendbox", open: this.legendOpen }, h("summary", {}, this.t("ui.legend")), buildLegend(this));
    legend.addEventListener("toggle", () => (this.legendOpen = legend.open));
    const main = h("section", { class: "lw-main-area", "aria-label": this.t("ui.neighbourhoods"), id: `${this.id}-maps` },
      h("h2", { class: "lw-hidden" }, this.t("ui.neighbourhoods")),
      h("div", { class: "lw-same" }, buildColours(this), this.sidesShown()),
      stage, h("p", { class: "lw-dim" }, `${this.t("ui.sameLuck")} ${this.t("ui.mapHelp")}`), legend);
    this.root.replaceChildren(skip, top, this.alert, this.live_, h("main", { class: "lw-body" }, main, panel, buildBoard(this)), buildTransport(this));
    this.root.classList.toggle("lw-wide", !this.panelOpen);
    this.fit();
  }

  /** Which sides are in view, where there are three. */
  sidesShown() {
    if (this.store.sides.length < 3) return null;
    return h("span", { class: "lw-shown", role: "group", "aria-label": this.t("ui.shownSides") }, this.store.sides.map((side) => {
      const box = h("input", { type: "checkbox", checked: !this.hiddenSides.has(side.index) });
      box.addEventListener("change", () => {
        if (box.checked) this.hiddenSides.delete(side.index);
        else if (this.visible().length > 1) this.hiddenSides.add(side.index);
        this.build();
        this.root.querySelectorAll(".lw-shown input")[side.index]?.focus();
      });
      return h("label", {}, box, sideName(this, side.index));
    }));
  }

  /** The panel can go, to give the maps all room. */
  panelButton() {
    const label = () => this.t(this.panelOpen ? "ui.hidePanel" : "ui.showPanel");
    const button = h("button", { type: "button", class: "lw-panel-toggle", "aria-expanded": String(this.panelOpen), "aria-controls": `${this.id}-side`, onclick: () => {
      this.togglePanel(!this.panelOpen);
      button.textContent = label();
      button.setAttribute("aria-expanded", String(this.panelOpen));
    } }, label());
    this.panelSwitch = button;
    return button;
  }

  buildPanel() {
    const tabs = TABS.map((name) => h("button", { type: "button", role: "tab", id: `${this.id}-tab-${name}`, "data-tab": name, "aria-controls": `${this.id}-panel`, onclick: () => this.showTab(name) }, this.t(`tabs.${name}`)));
    const list = h("div", { role: "tablist", class: "lw-tabs", "aria-label": this.t("ui.panel") }, tabs);
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = TABS.indexOf(this.tab);
      const to = step ? (at + step + TABS.length) % TABS.length : event.key === "Home" ? 0 : event.key === "End" ? TABS.length - 1 : -1;
      if (to < 0) return;
      event.preventDefault();
      event.stopPropagation();
      this.showTab(TABS[to]);
      this.tabs[to].focus();
    });
    this.tabs = tabs;
    this.panelBody = h("div", { role: "tabpanel", id: `${this.id}-panel`, class: "lw-panel-body", tabindex: 0 });
    this.showTab(this.tab);
    return h("aside", { class: "lw-panel", id: `${this.id}-side`, "aria-label": this.t("ui.panel") }, list, this.panelBody);
  }

  showTab(name) {
    this.tab = name;
    if (!this.panelBody || !this.store.have) return;
    for (const tab of this.tabs) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    this.panelBody.setAttribute("aria-labelledby", `${this.id}-tab-${name}`);
    this.sliders = [];
    this.storyBox = null;
    const builders = { story: buildStory, change: buildChange, luck: buildLuck, bets: buildBets, own: buildOwn, take: buildTake, about: buildGuide };
    this.panelBody.replaceChildren(builders[name](this));
    fillStory(this);
  }

  togglePanel(open) {
    this.panelOpen = open;
    this.root.classList.toggle("lw-wide", !open);
  }

  fit() {
    for (const card of this.cards) if (!card.el.hidden) card.map.resize();
    this.redraw();
  }
}

function render({ model, el }) {
  const app = new App(model, el);
  el.leefwereld = app; // for whoever wants to look inside: tests, a teacher's console
  return app.start();
}

export default { render };
