// Numbers as texts.

/**
 * Four significant digits, as the figures write them.
 * @param {number} value
 * @returns {string}
 */
export function shown(value) {
  if (Number.isNaN(value)) return "n/a";
  if (!Number.isFinite(value)) return value > 0 ? "above 3.4e38" : "below -3.4e38";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/**
 * A setting as people read it: a number with more than six significant digits has six of them.
 * @param {string} text
 * @returns {string}
 */
export function brief(text) {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || Number.isInteger(number)) return text;
  const short = Number(number.toPrecision(6));
  return short === number ? text : String(short).replace("e+", "e");
}

/**
 * A bound with so few digits that it is read at a glance, as a condition writes it.
 * @param {number} value
 * @returns {string}
 */
export function bound(value) {
  return String(Number(value.toPrecision(4)));
}

/**
 * Groups of three digits.
 * @param {number} count
 * @returns {string}
 */
export function counted(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
