"""How well what stands on a control can be read, in every state that it can be in: computed from its styles."""

from __future__ import annotations

from playwright.sync_api import Page

STATES = ("", "hover", "focus-visible focus", "hover active", "hover focus focus-visible active")
CONTROLS = (
    ".lw button, .lw select, .lw input, .lw summary, .lw a, .lw label span, .lw-alert, .lw-lost, .lw-dim, .lw-right, .lw-wrong, .lw-price"
)
LEAST, LEAST_DISABLED = 4.5, 3.0  # as WCAG asks of text; of what cannot be used it asks nothing
REWRITE = """() => {
  const again = (rules, at) => { // every rule that names a state also holds where a class says so
    for (const rule of [...rules].reverse()) {
      if (rule.cssRules?.length) again(rule.cssRules, rule);
      if (!/:(hover|focus|focus-visible|active)\\b/.test(rule.selectorText || "")) continue;
      const place = [...at.cssRules].indexOf(rule) + 1;
      at.insertRule(rule.cssText.replaceAll(/:(hover|focus-visible|focus|active)\\b/g, ".state-$1"), place);
    }
  };
  if (!window.rewritten) for (const sheet of document.styleSheets) again(sheet.cssRules, sheet);
  window.rewritten = true;
}"""
MEASURE = """([selector, state]) => {
  const names = ["hover", "focus", "focus-visible", "active"].map((one) => `state-${one}`);
  for (const one of document.querySelectorAll(selector)) {
    one.classList.remove(...names);
    if (state) one.classList.add(...state.split(" ").map((name) => `state-${name}`));
  }
  const parts = (text) => { const found = text.match(/[\\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
  const over = (top, below) => below.map((one, k) => (k < 3 ? top[k] * top[3] + one * (1 - top[3]) : 1));
  const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  const light = (colour) => colour.slice(0, 3).map((one) => linear(one / 255))
    .reduce((sum, one, k) => sum + one * [0.2126, 0.7152, 0.0722][k], 0);
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(parts(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const inView = (one) => one.checkVisibility() && !["range", "checkbox", "file"].includes(one.type);
  return [...document.querySelectorAll(selector)].filter(inView).map((one) => {
    const below = ground(one), [a, b] = [light(over(parts(getComputedStyle(one).color), below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return [`${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 30)}`, ratio, Boolean(one.disabled)];
  });
}"""


def unreadable(page: Page) -> list[str]:
    """Controls and notes in view whose words are too faint in some state: each with the state and the contrast."""
    page.evaluate(REWRITE)
    found = []
    for state in (*STATES, ""):
        for what, ratio, disabled in page.evaluate(MEASURE, [CONTROLS, state]):
            if ratio < (LEAST_DISABLED if disabled else LEAST):
                found.append(f"{what!r} {state or 'at rest'}: {ratio:.2f}")
    return found
