// Small sums.

/** A value, kept between two ends. */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** A number from 0 to 1 that belongs to a whole number, always the same. */
export function scatter(n) {
  let x = (Math.imul(n | 0, 0x9e3779b1) ^ 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296;
}
