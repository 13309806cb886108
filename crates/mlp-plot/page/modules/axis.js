// An axis or a colour scale that a few far values do not decide. The rule of limits is that of mlp-plot's scale/limits.rs.

import { shown } from "./numbers.js";

/**
 * @typedef {object} ValueAxis
 * @property {"linear" | "log" | "symlog" | "names"} kind
 * @property {number} low
 * @property {number} high
 * @property {number} first the least value within the limits, which leave room beside it
 * @property {number} last the greatest one
 * @property {(value: number) => number} unit place from 0 to 1; beyond these outside the limits
 * @property {(unit: number) => number} value the inverse
 * @property {{at: number, text: string}[]} ticks
 */

const FENCE = 1.5;
const DECADES = 3;
const FLAT = 0.25;

/**
 * Limits of values in the coordinate of an axis.
 * @param {number[]} values finite
 * @param {(low: number, high: number) => number} least the least width of a core by which distance is measured
 * @returns {[number, number]}
 */
export function limits(values, least) {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  const spare = Math.floor(count / 10);
  const [low, high] = [sorted[spare], sorted[count - 1 - spare]];
  const reach = FENCE * Math.max(high - low, least(low, high));
  const first = sorted.findIndex((value) => low - value <= reach);
  let last = count - 1;
  while (sorted[last] - high > reach) last -= 1;
  const gained = sorted[last] - sorted[first] < FLAT * (sorted[count - 1] - sorted[0]);
  return gained && reach > 0 ? [sorted[first], sorted[last]] : [sorted[0], sorted[count - 1]];
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {number[]} round numbers between
 */
function roundNumbers(low, high) {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw) ?? 10 * power;
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}

/**
 * @param {ArrayLike<number>} values NaN where there is none
 * @param {(row: number) => boolean} counts whether a row may decide the limits
 * @param {string[]} names of values that are places
 * @param {ValueAxis["kind"]} [given] the kind, which the values decide where it is not given
 * @returns {ValueAxis}
 */
export function fitted(values, counts, names, given) {
  if (names.length > 0) {
    const width = names.length;
    return {
      kind: "names",
      low: 0,
      high: width - 1,
      first: 0,
      last: width - 1,
      unit: (value) => (value + 0.5) / width,
      value: (unit) => unit * width - 0.5,
      ticks: names.map((text, place) => ({ at: (place + 0.5) / width, text })),
    };
  }
  const all = Array.from(values).filter(Number.isFinite);
  const sound = Array.from(values).filter((value, row) => Number.isFinite(value) && counts(row));
  const used = sound.length > 0 ? sound : all;
  if (used.length === 0) used.push(0, 1);
  const sizes = used.map(Math.abs).filter((size) => size > 0).sort((a, b) => a - b);
  const positive = used.every((value) => value > 0);
  const wide = sizes.length > 0 && sizes[sizes.length - 1] > 100 * sizes[Math.floor(sizes.length / 20)];
  let kind = given ?? (wide ? "log" : "linear");
  // What is not positive has no logarithm.
  if (kind === "log" && !positive) kind = "symlog";
  const knee = sizes[Math.floor(sizes.length / 10)] ?? 1;
  /** @type {Record<string, [(value: number) => number, (place: number) => number]>} */
  const maps = {
    linear: [(value) => value, (place) => place],
    log: [Math.log10, (place) => 10 ** place],
    symlog: [
      (value) => Math.sign(value) * Math.log10(1 + Math.abs(value) / knee),
      (place) => Math.sign(place) * knee * (10 ** Math.abs(place) - 1),
    ],
  };
  const [to, from] = maps[kind];
  const placed = used.map(to);
  let [start, end] = limits(placed, (low, high) => (kind === "linear" ? Math.max(Math.abs(low), Math.abs(high)) : DECADES));
  const [first, last] = [from(start), from(end)];
  const pad = end > start ? 0.03 * (end - start) : Math.max(Math.abs(start) * 0.1, 0.5);
  [start, end] = [start - pad, end + pad];
  // No room below nothing where no value is.
  if (kind === "linear" && start < 0 && used.every((value) => value >= 0)) start = 0;
  const unit = (/** @type {number} */ value) => (to(value) - start) / (end - start);
  const value = (/** @type {number} */ at) => from(start + at * (end - start));
  /** @type {number[]} */
  let ticks;
  if (kind === "linear") ticks = roundNumbers(start, end);
  else if (kind === "log") {
    const decades = end - start;
    const factors = decades > 2 ? [1] : [1, 2, 5];
    const every = Math.max(1, Math.ceil(decades / 6));
    ticks = [];
    for (let power = Math.floor(start); power <= Math.ceil(end); power++) {
      if (power % every === 0) ticks.push(...factors.map((factor) => factor * 10 ** power));
    }
  } else {
    const top = Math.floor(Math.log10(Math.max(Math.abs(from(start)), Math.abs(from(end)))) + 1e-9);
    const bottom = Math.floor(Math.log10(knee));
    const every = Math.max(1, Math.ceil((top - bottom) / 3));
    ticks = [0];
    for (let power = top; power > bottom; power -= every) ticks.push(10 ** power, -(10 ** power));
  }
  const within = ticks.map((tick) => ({ at: unit(tick), text: shown(tick) })).filter(({ at }) => at >= 0 && at <= 1);
  // Labels that would overlap are left out in this order.
  within.sort((a, b) => a.at - b.at);
  return { kind, low: value(0), high: value(1), first, last, unit, value, ticks: within };
}
