// The line to the program, as the page server's script holds it: when it is lost the page goes on with what it has, and looks for a new one.

import { announce } from "../shared/topics.js";
import { t } from "../shared/words.js";
import { ask } from "../actions/request.js";
import { send } from "../actions/send.js";
import { speak } from "../actions/spoken.js";

const BEAT = 15000; // milliseconds after which the program is asked whether it is there
const PATIENCE = 10000; // milliseconds that an answer may take
const AGAIN = [500, 1000, 2000, 4000]; // milliseconds until it is tried once more; the last goes on

/** Watch over the line of a page. `hear` takes in what the program says. Returns what ends that. */
export function watchLine(page, hear) {
  const host = window.solara;
  let kernel = page.live ? host?.debug?.kernel?.() : null;
  if (!kernel) return () => {};
  let tries = 0, timer = 0;

  const alive = async (path = "/readyz") => {
    const answer = await fetch(`${host.rootPath}${path}`, { method: path === "/readyz" ? "GET" : "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return answer.status;
  };
  const beat = async () => {
    try {
      if ((await alive()) !== 200) throw new Error("not there");
      if (!page.lost && !page.closed) timer = setTimeout(beat, BEAT);
    } catch {
      lose();
    }
  };
  const statusChanged = (one) => { if (one === kernel && one.connectionStatus !== "connected") lose(); };
  const follow = (one) => {
    kernel = one;
    kernel.connectionStatusChanged.connect(statusChanged);
    clearTimeout(timer);
    timer = setTimeout(beat, BEAT);
  };
  function lose() {
    if (page.lost || page.closed) return;
    const old = kernel;
    lost(page);
    old.dispose(); // it would go on looking for a program that may not know it any more
    tries = 0;
    clearTimeout(timer);
    timer = setTimeout(look, AGAIN[0]);
  }
  const look = async () => {
    try {
      const status = await alive(`/${window.location.search}`);
      if (status === 403) page.lineNote.textContent = t(page, "ui.otherLink");
      if (status !== 200) throw new Error(`status ${status}`);
      await renew();
    } catch (error) {
      console.info(`no line yet: ${error}`);
      if (page.closed) return;
      tries += 1;
      timer = setTimeout(look, AGAIN[Math.min(tries, AGAIN.length - 1)] * (0.75 + 0.5 * Math.random())); // not all pages of a class at once
    }
  };
  async function renew() {
    const { kernel: fresh, model } = await openLine(host);
    const old = page.model;
    if (model.get("_esm") !== old.get("_esm")) { // the program is another one: so must the page be
      window.location.reload();
      return;
    }
    old.off("msg:custom", hear);
    page.model = model;
    model.on("msg:custom", hear);
    page.lost = false;
    follow(fresh);
    found(page);
  }
  const goodbye = () => { // the page server's script says it for the first line only
    window.navigator.sendBeacon(`${host.rootPath}/_solara/api/close/${kernel.id}?session_id=${kernel.clientId}`);
  };
  const awake = () => { if (document.visibilityState === "visible" && !page.lost) beat(); };
  follow(kernel);
  window.addEventListener("pagehide", goodbye);
  window.addEventListener("online", awake);
  document.addEventListener("visibilitychange", awake);
  return () => {
    clearTimeout(timer);
    window.removeEventListener("pagehide", goodbye);
    window.removeEventListener("online", awake);
    document.removeEventListener("visibilitychange", awake);
  };
}

/** A line of its own to the program, and the model of the page at its end. */
async function openLine(host) {
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const kernel = await host.connectKernel(host.jupyterRootPath, id);
  const never = { connect() {} };
  const session = { session: { kernel, kernelChanged: never }, statusChanged: never, kernelChanged: never, connectionStatusChanged: never };
  const rendermime = new host.RenderMimeRegistry({ initialFactories: host.extendedRendererFactories });
  const manager = new host.WidgetManager({ sessionContext: session, saveState: never }, rendermime, { saveState: false });
  const path = window.location.pathname.slice(host.rootPath.length) + window.location.search;
  const tooLong = new Promise((_, fail) => { setTimeout(() => fail(new Error("no answer")), 3 * PATIENCE); });
  try {
    await Promise.race([manager.run(null, { path, dark: false, themes: { light: {}, dark: {} } }), tooLong]);
    for (const promise of Object.values(manager._models)) {
      const model = await promise;
      if (model.get("_model_module") === "anywidget") return { kernel, model };
    }
    throw new Error("no page at the other end");
  } catch (error) {
    kernel.dispose();
    throw error;
  }
}

/** The line is lost: say so, and what goes on. */
export function lost(page) {
  page.lost = true;
  page.lineNote.textContent = t(page, "ui.lost");
  page.lineNote.hidden = false;
  if (page.busyNote) page.busyNote.textContent = "";
  if (!page.pairsRun) return;
  page.pairsRun = null;
  page.pairsProgress = null;
  if (page.tab === "luck") announce(page, "tab", "luck");
}

/** There is a line again: what was changed meanwhile, and what had not come yet, is asked for. */
export function found(page) {
  page.lineNote.hidden = true;
  page.alert.hidden = true;
  speak(page, t(page, "ui.found"));
  send(page, { kind: "ready" });
  ask(page, page.store.sides.map((side) => side.stretches.map(([name]) => name)));
}
