// Taking along: a link, a picture, numbers, a film, one file.

function buildTake(app) {
  const said = h("p", { role: "status" });
  app.takeNote = said;
  const button = (key, act, help) => h("li", {}, h("button", { type: "button", onclick: act }, app.t(`take.${key}`)), help ? h("span", { class: "lw-dim" }, app.t(help)) : null);
  app.filmButton = h("button", { type: "button", onclick: () => (app.film ? app.film.stop() : startFilm(app)) }, app.t(app.film ? "take.filmStop" : "take.film"));
  return h("div", {}, h("ul", { class: "lw-take" },
    app.live ? button("link", () => copyLink(app), "take.linkHelp") : null,
    button("png", () => savePicture(app)),
    button("csv", () => saveNumbers(app)),
    h("li", {}, app.filmButton, h("span", { class: "lw-dim" }, app.t("take.filmHelp"))),
    app.live ? button("html", () => { said.textContent = app.t("change.busy"); app.send({ kind: "html", state: app.state, lang: app.lang }); }, "take.htmlHelp") : null), said);
}

function fileName(app, ending) {
  return `leefwereld-${app.store.header.scenario}-week-${app.week()}.${ending}`.replace(/[^\w.-]+/g, "-");
}

async function copyLink(app) {
  app.touchState(true);
  await new Promise((done) => setTimeout(done, 250)); // the program writes the address
  try {
    await navigator.clipboard.writeText(window.location.href);
    app.takeNote.textContent = app.t("take.linkDone");
  } catch {
    app.takeNote.textContent = `${app.t("take.linkManual")} ${window.location.href}`;
  }
}

/** Maps of their own for a picture or film, as sharp as it needs them. */
function pictureMaps(app, width) {
  const sides = app.visible();
  const wide = Math.floor((width - 24) / sides.length - 24);
  const high = Math.round(Math.min(width * 0.42, (wide * app.map.height) / app.map.width + 46));
  return sides.map((side) => {
    const map = new SideMap(app, side.index);
    map.setSize(wide, high);
    return map;
  });
}

/** Everything on one canvas: title, maps, charts. Used for pictures and film. */
function composePicture(app, canvas, maps, charts) {
  const ctx = canvas.getContext("2d");
  const { width, height } = canvas;
  const week = app.week();
  const write = (text, x, y, size, most, weight = 600) => {
    ctx.font = `${weight} ${size}px system-ui, sans-serif`;
    ctx.fillText(text, x, y, most);
  };
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.fillStyle = "#fff";
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = INK;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "right";
  write(app.t("ui.weekOf", { n: week, of: app.store.header.weeks }), width - 24, 38, 24, 280);
  write(app.t("invented"), width - 24, height - 12, 15, width - 48, 400);
  ctx.textAlign = "left";
  write(app.title(), 24, 38, 24, width - 350);
  const share = (width - 24) / maps.length;
  maps.forEach((map, k) => {
    const x = 24 + k * share;
    ctx.drawImage(lineSample(map.index), x, 59, 34, 10);
    ctx.fillStyle = INK;
    write(sideName(app, map.index), x + 42, 70, 17, share - 70);
    map.draw(app.playing ? app.time : week);
    ctx.drawImage(map.canvas, x, 82);
  });
  const top = 82 + maps[0].height + 16;
  const wide = (width - 24) / charts.length;
  charts.forEach((name, k) => {
    ctx.fillStyle = INK;
    ctx.textAlign = "left";
    write(`${seriesName(app, name)} (${app.word("units", seriesUnit(app, name))})`, 24 + k * wide, top + 14, 14, wide - 20);
    drawChart(ctx, app, name, { x: 24 + k * wide, y: top + 20, w: wide - 16, h: height - top - 56 }, week);
  });
}

function savePicture(app) {
  const maps = pictureMaps(app, 1600);
  const canvas = h("canvas", { width: 1600, height: 82 + maps[0].height + 320 });
  composePicture(app, canvas, maps, app.panels.slice(0, 4).map((panel) => panel.name));
  const name = fileName(app, "png");
  canvas.toBlob((blob) => {
    download(name, [blob], "image/png");
    app.takeNote.textContent = app.t("take.saved", { name });
  }, "image/png");
}

/** One row for each week and side, a column for each series. */
function saveNumbers(app) {
  const names = app.store.header.series.map((one) => one.name);
  const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [["week", "side", "regime", ...names]];
  for (const side of app.visible())
    for (let week = 1; week <= side.have; week++) rows.push([week, cell(sideName(app, side.index)), side.regime, ...names.map((name) => { const v = app.store.seriesOf(side, name).at(week); return Number.isFinite(v) ? v.toPrecision(6) : ""; })]);
  const name = fileName(app, "csv");
  download(name, [`# ${app.texts.en.invented}; seed ${app.state.seed ?? ""}; ${app.store.header.scenario}\n${rows.map((row) => row.join(",")).join("\n")}\n`], "text/csv;charset=utf-8");
  app.takeNote.textContent = app.t("take.saved", { name });
}

/** Play from here to the end, and keep what is seen as a film. */
function startFilm(app) {
  const type = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"].find((one) => window.MediaRecorder && MediaRecorder.isTypeSupported(one));
  if (!type) return void (app.takeNote.textContent = app.t("take.filmNone"));
  const maps = pictureMaps(app, 1280);
  const canvas = h("canvas", { width: 1280, height: Math.max(720, 82 + maps[0].height + 230) });
  const charts = app.panels.slice(0, 3).map((panel) => panel.name);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: type, videoBitsPerSecond: 4e6 });
  const parts = [];
  const frame = () => {
    composePicture(app, canvas, maps, charts);
    app.takeNote.textContent = app.t("take.filming", { week: app.t("ui.week", { n: app.week() }) });
    if (app.film && (!app.playing || app.week() >= app.store.header.weeks)) app.film.stop();
  };
  const timer = setInterval(frame, 40);
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    const name = fileName(app, "webm");
    download(name, parts, "video/webm");
    app.takeNote.textContent = app.t("take.saved", { name });
  };
  app.film = {
    stop() {
      clearInterval(timer);
      app.film = null;
      if (recorder.state !== "inactive") recorder.stop();
      app.pause();
      app.filmButton.textContent = app.t("take.film");
    },
  };
  app.filmButton.textContent = app.t("take.filmStop");
  app.play();
  frame();
  recorder.start(500);
}
