// The line to the program.

import { t } from "../shared/words.js";

/** Send a message, as long as there is a line; a view that is asked for without one is asked for again once there is. */
export function send(page, message, buffers) {
  if (!page.lost) page.model.send(message, undefined, buffers);
}

/** Whether the program can be asked something; says that it cannot. */
export function reachable(page) {
  if (!page.lost) return true;
  page.alert.textContent = t(page, "ui.noLine");
  page.alert.hidden = false;
  return false;
}
