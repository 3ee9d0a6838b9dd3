// What the page asks of the program.

class Asking extends Hearing {
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
    return { ...this.state, week: this.week(), colour: this.colour, selected: this.selected, lang: this.lang, tab: this.tab };
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
    if (!document.activeElement?.closest?.(".lw-practice")) return this.refillTab();
    const undo = this.root.querySelector(".lw-undo"); // a slider in use stays where it is
    if (undo) undo.disabled = !this.past.length;
    this.changesBox?.replaceChildren(changeList(this));
  }

  /** Build the tab anew, and stay where the hand and the eye are. */
  refillTab() {
    const body = this.panelBody;
    if (!body) return;
    const hands = () => [...body.querySelectorAll("button, select, input, summary, [tabindex]")];
    const place = hands().indexOf(document.activeElement);
    const { scrollTop } = body;
    this.showTab(this.tab);
    body.scrollTop = scrollTop;
    if (place < 0) return;
    const now = hands();
    const next = now[Math.min(place, now.length - 1)];
    (next && !next.disabled ? next : body).focus();
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
    this.showTab("about");
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
}
