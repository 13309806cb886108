// A rectangle in a scatter as a condition.

import { bound } from "./numbers.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./axis.js").ValueAxis} ValueAxis */
/** @typedef {import("./condition.js").Comparison} Comparison */

/**
 * The comparisons of one side, as alternatives. A side that reaches an edge is open there, so that it takes what lies beyond.
 * @param {Column} column
 * @param {ValueAxis} axis
 * @param {number} from place of the lower end, 0 to 1
 * @param {number} to place of the upper end
 * @returns {Comparison[][]}
 */
function side(column, axis, from, to) {
  const { name } = column;
  if (axis.kind === "names") {
    const inside = column.names.filter((_, place) => axis.unit(place) >= from && axis.unit(place) <= to);
    const complete = inside.length === column.names.length && !Array.from(column.values).some(Number.isNaN);
    return complete ? [[]] : inside.map((value) => [{ name, sign: "==", value }]);
  }
  const comparisons = [];
  if (from > 0) comparisons.push({ name, sign: ">=", value: bound(axis.value(from)) });
  if (to < 1) comparisons.push({ name, sign: "<=", value: bound(axis.value(to)) });
  // A network without the value is not in the picture, and so not in the selection.
  if (comparisons.length === 0 && Array.from(column.values).some(Number.isNaN)) {
    comparisons.push({ name, sign: ">=", value: "-inf" });
  }
  return [comparisons];
}

/**
 * @param {[Column, ValueAxis, number, number]} across
 * @param {[Column, ValueAxis, number, number]} up
 * @returns {Comparison[][]} none where it holds no value
 */
export function condition(across, up) {
  const [first, second] = [side(...across), side(...up)];
  const both = first.flatMap((one) => second.map((other) => [...one, ...other]));
  // Everything is a condition too.
  return both.map((all) => (all.length > 0 ? all : [{ name: "net", sign: ">=", value: "0" }]));
}
