// Colours of the map: land, signs, and the scales by which residents are coloured.

import { clamp } from "../shared/numbers.js";

export const LAND = { ground: "#e9ede2", garden: "#dbe6cf", casing: "#c5c1b6", road: "#fbfaf6", path: "#efe9dc", roof: "#2a313c", court: "#cfe0bd", plaza: "#ece3d2", tree: "#8fb77c", trunk: "#7fa66c", water: "#b4d6e8", venue: "#8a5a2b", pitch: "#a9cf93" };
export const SIGNS = { report: "#ffb000", problem: "#a3180f", initiative: "#00664a", ended: "#6d727a", official: "#111827", tie: "#111827", chosen: "#ff2d87" };

// cividis from a third up (dark is low, light is high) for what one wishes high; for burdens from pale violet to orange
const BRIGHT = ["#2f4f86", "#48597f", "#5d667b", "#717279", "#858077", "#998d73", "#af9b6c", "#c5aa62", "#dcba53", "#f3cb3e", "#fee838"];
const HEAVY = ["#4a3f78", "#63407f", "#7c4080", "#96407c", "#b04373", "#c74b66", "#da5a56", "#e96f45", "#f48b34", "#faaa2e", "#fccc4d"];
const SCALES = { trust_neighbours: BRIGHT, trust_official: BRIGHT, trust_municipality: BRIGHT, readiness: BRIGHT, burden: HEAVY, grievance: HEAVY };
// values are spread over the part of 0-1 in which they lie, the same for all sides
const REACH = { trust_neighbours: [0.3, 0.9], trust_official: [0.2, 0.8], trust_municipality: [0.2, 0.8], readiness: [0, 0.6], burden: [0, 0.6], grievance: [0, 0.5] };

/** The colours by which residents are told apart on an outcome, from low to high. */
export function scaleOf(name) {
  return SCALES[name] || BRIGHT;
}

/** The values at the ends of that scale. */
export function reachOf(name) {
  return REACH[name] || [0, 1];
}

/** For each of the 256 recorded levels the place in the scale. */
export function binsFor(name) {
  const scale = scaleOf(name);
  const [low, high] = reachOf(name);
  return Uint8Array.from({ length: 256 }, (_, level) => clamp(Math.floor(((level / 255 - low) / (high - low)) * scale.length), 0, scale.length - 1));
}
