// All that a page holds, declared once. Modules read and change it; a field that is not declared here cannot be set.

import { clamp } from "./numbers.js";
import { Store } from "./recording.js";

export const TABS = ["story", "change", "luck", "bets", "own", "take", "about"];
const LANGUAGES = ["nl", "en"];
let pagesMade = 0;

/** A page at its beginning. `model`: what anywidget gives, `root`: the element that all of it stands in. */
export function createPage(model, root) {
  const state = structuredClone(model.get("state") || {});
  const live = Boolean(model.get("live"));
  return {
    // what the program gives
    model,
    live, // a program answers; otherwise the page plays what it was given
    texts: model.get("texts"),
    choices: model.get("choices") || {},
    // what is asked of the program
    state, // the view, as links hold it
    run: 0, // each question has a number; answers to older ones are not heard
    answered: 0, // the last question of which something came
    freshRun: false, // nothing recorded before is of use
    past: [], // views to go back to
    lastKey: null, // what was changed last: one drag is one change
    lastChange: null, // {name, week, at} of the practice that was moved last
    stateTimer: 0,
    lost: false, // the line to the program is lost: the page goes on with what it has
    // what was recorded
    store: new Store(),
    map: null, // where everything lies
    ties: null, // by side: whom the chosen resident knows
    spread: model.get("spread") || null, // of pairs of runs: where most of them lie, and who ends higher how often
    pairsRun: null,
    pairsRuns: 100000,
    pairsProgress: null, // {done, of} while pairs are run
    // what is looked at
    id: `lw${++pagesMade}`,
    lang: languageOf(state),
    time: state.week || 1, // in weeks; the whole part is the week shown
    playing: false,
    speed: 4, // weeks a second
    farthest: 1, // the latest week that was shown
    colour: state.colour || "trust_neighbours",
    selected: state.selected || null, // {type, id}
    zoom: { by: 1, x: 0.5, y: 0.5 },
    hiddenSides: new Set(),
    shownSeries: [], // which series each chart shows
    tab: TABS.includes(state.tab) ? state.tab : live ? "story" : "about",
    panelOpen: true,
    legendOpen: false,
    openGroups: new Set(["hours"]), // groups of practices
    changeSide: null, // which side practices are changed in: its number, or "all"
    changeFrom: "now", // from which week: "start" or "now"
    bets: [], // {outcome, side, who}
    film: null, // {stop} while a film is made
    calm: false, // the reader wants no motion
    closed: false,
    // drawing
    followers: new Map(), // by topic, see topics.js
    maps: [],
    cards: [],
    panels: [], // charts
    built: false,
    frame: 0,
    frameAt: 0,
    painting: 0,
    drawnWeek: -1,
    storyAt: 0,
    // parts of the page that are filled again while it plays
    root,
    alert: null,
    lineNote: null,
    spokenLine: null,
    transport: null, // {play, scrub, label, speed}
    panelSwitch: null,
    tabs: [],
    panelBody: null,
    sliders: [],
    storyBox: null,
    tiesNote: "",
    busyNote: null,
    changesBox: null,
    whenOption: null,
    pairsBar: null,
    pairsNote: null,
    winsBox: null,
    betsBox: null,
    areaList: null,
    ownNote: null,
    takeNote: null,
    filmButton: null,
    ghostNote: null,
  };
}

/** The language of the view, or else the reader's. */
function languageOf(state) {
  if (LANGUAGES.includes(state.lang)) return state.lang;
  const wished = (navigator.languages || [navigator.language || "en"]).map((one) => one.slice(0, 2)).find((one) => LANGUAGES.includes(one));
  return wished || "en";
}

/** The week that is shown. */
export function weekOf(page) {
  return clamp(Math.floor(page.time), 1, Math.max(1, page.store.have || 1));
}

/** The sides in view. */
export function visibleSides(page) {
  return page.store.sides.filter((side) => !page.hiddenSides.has(side.index));
}

/** The numbers of the sides that are changed. */
export function changedSides(page) {
  return page.changeSide === "all" ? page.state.sides.map((_, k) => k) : [Math.min(Number(page.changeSide), page.state.sides.length - 1)];
}
