// Luck, bets, a neighbourhood of one's own.

function buildLuck(app) {
  const kids = [h("p", { class: "lw-dim" }, app.t("luck.intro"))];
  if (app.live) {
    const running = app.pairsRun !== null && app.pairsRun !== undefined;
    kids.push(h("div", { class: "lw-row" },
      h("button", { type: "button", class: "lw-main", disabled: running, onclick: () => app.runPairs() }, app.t(app.spread ? "luck.again" : "luck.run")),
      running ? h("button", { type: "button", onclick: () => app.stopPairs() }, app.t("luck.stop")) : null));
  } else if (!app.spread) kids.push(h("p", {}, app.t("luck.offline")));
  app.pairsBar = h("progress", { max: 50, value: 0, "aria-label": app.t("luck.title"), hidden: true });
  app.pairsNote = h("p", { role: "status" });
  kids.push(app.pairsBar, app.pairsNote, app.winsBox = h("div"));
  fillLuck(app);
  return h("div", { class: "lw-luck" }, kids);
}

function fillLuck(app) {
  if (!app.winsBox) return;
  const running = app.pairsProgress;
  app.pairsBar.hidden = !running;
  if (running) {
    app.pairsBar.max = running.of;
    app.pairsBar.value = running.done;
    app.pairsNote.textContent = app.t("luck.progress", running);
  } else app.pairsNote.textContent = app.spread ? app.t("luck.done", { n: app.spread.pairs || 50 }) : "";
  app.winsBox.replaceChildren(app.spread?.wins ? winsTable(app) : "");
}

function winsTable(app) {
  const sides = app.store.sides;
  const names = Object.keys(app.spread.wins).filter((name) => name in app.store.place);
  return h("div", { class: "lw-scroll", tabindex: 0, role: "region", "aria-label": app.t("luck.wins") }, h("table", {}, h("caption", {}, app.t("luck.wins")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, app.t("luck.outcome")), sides.map((side) => sideHead(app, side.index)), h("th", { scope: "col" }, app.t("luck.level")))),
    h("tbody", {}, names.map((name) => {
      const { sides: counts, level } = app.spread.wins[name];
      const most = Math.max(...counts);
      return h("tr", {}, h("th", { scope: "row" }, seriesName(app, name)), counts.map((count) => h("td", {}, count === most && count > level ? h("strong", {}, String(count)) : String(count))), h("td", {}, String(level ?? "")));
    }))));
}

/** Which side will end higher? Bets stay in the page. */
function buildBets(app) {
  const outcome = h("select", {}, app.store.header.series.map((one) => h("option", { value: one.name }, seriesName(app, one.name))));
  const side = h("select", {}, app.visible().map((one) => h("option", { value: one.index }, sideName(app, one.index))), h("option", { value: -1 }, app.t("bets.same")));
  const who = h("input", { type: "text", maxlength: 40, autocomplete: "off" });
  const list = h("div", { "aria-live": "polite" });
  const place = (event) => {
    event.preventDefault();
    app.bets.push({ outcome: outcome.value, side: Number(side.value), who: who.value.trim() });
    fillBets(app);
  };
  app.betsBox = list;
  fillBets(app);
  return h("div", {}, h("p", {}, app.t("bets.intro")),
    h("form", { class: "lw-bet", onsubmit: place },
      h("label", {}, h("span", {}, app.t("bets.outcome")), outcome), h("label", {}, h("span", {}, app.t("bets.side")), side),
      h("label", {}, h("span", {}, app.t("bets.who")), who), h("button", { type: "submit", class: "lw-main" }, app.t("bets.place"))), list);
}

/** Which side ends highest on an outcome: the mean of its last year; -1 when the two highest hardly differ. */
function highestSide(app, name) {
  const means = app.visible().map((side) => {
    const series = app.store.seriesOf(side, name);
    const values = [];
    for (let week = Math.max(1, side.have - 51); week <= side.have; week++) if (Number.isFinite(series.at(week))) values.push(series.at(week));
    return { side, mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length) };
  });
  means.sort((a, b) => b.mean - a.mean);
  const [low, high] = rangeOf(app, name);
  const same = means.length > 1 && means[0].mean - means[1].mean < 0.02 * (high - low);
  return { highest: same ? -1 : means[0].side.index, means };
}

function fillBets(app) {
  if (!app.betsBox) return;
  const end = app.store.header.weeks;
  const played = app.farthest >= end && app.store.have >= end;
  const called = (index) => (index < 0 ? app.t("bets.same") : sideName(app, index));
  const kids = app.bets.map((bet) => {
    const base = app.t("bets.placed", { who: bet.who ? `${bet.who}: ` : "", text: `${seriesName(app, bet.outcome)} – ${called(bet.side)}` });
    if (!played) return h("li", {}, base);
    const { highest, means } = highestSide(app, bet.outcome);
    const list = means.map(({ side, mean }) => `${sideName(app, side.index)} ${app.amount(mean, seriesUnit(app, bet.outcome))}`).join(", ");
    const good = highest === bet.side;
    return h("li", { class: good ? "lw-right" : "lw-wrong" }, h("strong", {}, `${good ? "✓" : "✗"} ${app.t(good ? "bets.right" : "bets.wrong")}. `), base, h("br"),
      highest < 0 ? app.t("bets.endedSame", { list }) : app.t("bets.ended", { name: called(highest), list }));
  });
  app.betsBox.replaceChildren(
    kids.length ? h("ul", { class: "lw-betlist" }, kids) : h("p", { class: "lw-dim" }, app.t("bets.none")),
    kids.length ? h("p", { class: "lw-dim" }, played ? app.t("bets.once") : app.t("bets.hidden", { n: end })) : "",
    kids.length ? h("button", { type: "button", onclick: () => { app.bets.length = 0; fillBets(app); } }, app.t("bets.clear")) : "");
}

/** Another neighbourhood: one that ships, or one from a file. */
function buildOwn(app) {
  if (!app.live) return h("p", {}, app.t("own.offline"));
  const scenarios = app.choices.scenarios || [];
  const pick = h("select", {}, scenarios.map((one) => h("option", { value: one.name, selected: one.name === app.state.scenario }, app.say(one.title) || one.name)));
  const about = h("div", { class: "lw-about" });
  const describe = () => about.replaceChildren(...aboutScenario(app, scenarios.find((one) => one.name === pick.value)));
  pick.addEventListener("change", describe);
  describe();
  const limit = Math.round((app.choices.limits?.file ?? 33554432) / 1048576);
  const file = h("input", { type: "file", accept: ".csv,.toml" });
  const area = h("input", { type: "text", maxlength: 120, autocomplete: "off", list: `${app.id}-areas` });
  app.areaList = h("datalist", { id: `${app.id}-areas` });
  app.ownNote = h("p", { role: "status" });
  const load = async (event) => {
    event.preventDefault();
    const chosen = file.files[0];
    if (!chosen) return void (app.ownNote.textContent = app.t("own.noFile"));
    const sort = /\.csv$/i.test(chosen.name) ? "kwb" : /\.toml$/i.test(chosen.name) ? "scenario" : "";
    if (!sort) return void (app.ownNote.textContent = app.t("own.wrongSort"));
    if (chosen.size > limit * 1048576) return void (app.ownNote.textContent = app.t("own.tooLarge", { mb: app.number(chosen.size / 1048576, 1), max: limit }));
    app.ownNote.textContent = app.t("change.busy");
    app.send({ kind: "load", file: sort, name: chosen.name, area: area.value.trim() }, [await chosen.arrayBuffer()]);
  };
  return h("div", { class: "lw-own" },
    h("form", { onsubmit: (event) => { event.preventDefault(); app.openScenario(pick.value); } },
      h("label", {}, h("span", {}, app.t("own.scenario")), pick), about, h("button", { type: "submit", class: "lw-main" }, app.t("own.open"))),
    h("h3", {}, app.t("own.file")), h("p", { class: "lw-dim" }, app.t("own.fileHelp", { mb: limit })),
    h("form", { onsubmit: load }, h("label", {}, h("span", {}, app.t("own.file")), file), h("label", {}, h("span", {}, app.t("own.area")), area), app.areaList,
      h("button", { type: "submit" }, app.t("own.load"))), app.ownNote,
    luckAndLength(app));
}

/** Another draw of luck, and how long to look. */
function luckAndLength(app) {
  const seed = h("input", { type: "number", min: 0, max: 4294967295, step: 1, value: app.state.seed });
  const weeks = h("input", { type: "number", min: 13, max: app.choices.limits?.weeks ?? 520, step: 1, value: app.state.weeks });
  const act = (event) => {
    event.preventDefault();
    app.change(`seed ${seed.value} ${weeks.value}`, (state) => { state.seed = Number(seed.value); state.weeks = Number(weeks.value); }, true);
  };
  return h("form", { class: "lw-row", onsubmit: act }, h("label", {}, h("span", {}, app.t("change.seed")), seed), h("label", {}, h("span", {}, app.t("change.weeks")), weeks), h("button", { type: "submit" }, app.t("change.apply")));
}

function aboutScenario(app, one) {
  if (!one) return [];
  const part = (title, text) => (app.say(text) ? [h("h4", {}, app.t(title)), h("p", {}, app.say(text))] : []);
  return [app.say(one.text) ? h("p", {}, app.say(one.text)) : null, ...part("ui.watch", one.watch), ...part("ui.question", one.question)].filter(Boolean);
}

function buildGuide(app) {
  const own = (app.choices?.scenarios || []).find((one) => one.name === (app.state.scenario || app.store.header.scenario)) || app.store.header;
  return h("div", { class: "lw-guide" },
    h("div", { class: "lw-about" }, aboutScenario(app, own)),
    h("h3", {}, app.t("guide.title")), ["p1", "p2", "p3"].map((key) => h("p", {}, app.t(`guide.${key}`))), h("p", { class: "lw-strong" }, app.t("guide.p4")),
    app.live ? null : h("p", {}, app.t("ui.offline")),
    h("h3", {}, app.t("ui.keys")), h("p", {}, app.t("ui.keysHelp")));
}
