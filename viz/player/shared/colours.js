// Colours that everybody can tell apart: lightness carries the value, dash and shape carry the side.

export const SIDES = [
  { colour: "#0072B2", dash: [], name: "solid" },
  { colour: "#C24A00", dash: [9, 5], name: "dashed" },
  { colour: "#7A3B78", dash: [2.5, 4], name: "dotted" },
  { colour: "#00694F", dash: [11, 4, 2.5, 4], name: "dash-dotted" },
];
export const REFERENCE = { colour: "#5a5f64", dash: [1.5, 3.5] }; // the town without government
export const INK = "#1d2430";
