// What time it is, how it goes on, and what is looked at.

class Clock extends Asking {
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
    this.root.classList.toggle("lw-zoomed", by > 1); // then a finger moves the map, not the page
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
}
