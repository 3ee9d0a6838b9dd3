// The page as a whole, put together.

const TABS = ["story", "change", "luck", "bets", "own", "take", "about"];

class App extends Clock {
  build() {
    this.sliders = [];
    this.alert ||= h("p", { class: "lw-alert", role: "alert", hidden: true }); // what it says stays when the page is built anew
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
    const tabs = TABS.map((name) => h("button", { type: "button", role: "tab", id: `${this.id}-tab-${name}`, "data-tab": name, "aria-controls": `${this.id}-panel`, onclick: () => this.chooseTab(name) }, this.t(`tabs.${name}`)));
    const list = h("div", { role: "tablist", class: "lw-tabs", "aria-label": this.t("ui.panel") }, tabs);
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      const at = TABS.indexOf(this.tab);
      const to = step ? (at + step + TABS.length) % TABS.length : event.key === "Home" ? 0 : event.key === "End" ? TABS.length - 1 : -1;
      if (to < 0) return;
      event.preventDefault();
      event.stopPropagation();
      this.chooseTab(TABS[to]);
      this.tabs[to].focus();
    });
    this.tabs = tabs;
    this.panelBody = h("div", { role: "tabpanel", id: `${this.id}-panel`, class: "lw-panel-body", tabindex: 0 });
    this.showTab(this.tab);
    return h("aside", { class: "lw-panel", id: `${this.id}-side`, "aria-label": this.t("ui.panel") }, list, this.panelBody);
  }

  chooseTab(name) {
    this.showTab(name);
    this.touchState();
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
