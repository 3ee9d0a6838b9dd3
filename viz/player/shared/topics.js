// What actions announce and views follow, so that no action has to know who shows what comes of it.

const TOPICS = [
  "build", // the whole page is to be built again
  "week", // another week is shown
  "tab", // a tab of the panel is to be opened: its name
  "refill", // the open tab is to be built again, and the reader stays where they are
  "story", // there is more to tell of the chosen one
  "pairs", // pairs of runs came in
  "changes", // something was changed or undone
];

/** Act on every announcement of a topic, in the order in which was asked for it. */
export function follow(page, topic, act) {
  known(topic);
  page.followers.set(topic, [...(page.followers.get(topic) || []), act]);
}

/** Tell all who follow a topic, at once. */
export function announce(page, topic, ...facts) {
  known(topic);
  for (const act of page.followers.get(topic) || []) act(...facts);
}

function known(topic) {
  if (!TOPICS.includes(topic)) throw new Error(`topic ${topic}; allowed: ${TOPICS.join(", ")}`);
}
