// Conditions as `mlp replay --where` and `mlp analyze --where` read them: comparisons joined by "and", alternatives by "or".

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {{name: string, sign: string, value: string}} Comparison */
/** @typedef {Comparison[][]} Condition alternatives of comparisons that must all be true */

const SIGNS = ["<=", ">=", "==", "!=", "<", ">", "="];

/**
 * @param {string} text
 * @param {Map<string, Column>} columns
 * @returns {Condition | string} what is wrong with it as text
 */
export function parsed(text, columns) {
  /** @type {Condition} */
  const alternatives = [];
  for (const alternative of text.split(" or ")) {
    const comparisons = [];
    for (const part of alternative.split(/ and |&&/)) {
      const at = part.search(/[<>=!]/);
      const rest = at < 0 ? "" : part.slice(at);
      const sign = SIGNS.find((sign) => rest.startsWith(sign));
      const value = sign ? rest.slice(sign.length).trim().replace(/^["']+|["']+$/g, "") : "";
      if (!sign || value === "") return `"${part.trim()}" is not a condition; write one as in test_accuracy > 0.9`;
      const name = part.slice(0, at).trim();
      if (!columns.has(name)) return `there is no column "${name}" on this page`;
      comparisons.push({ name, sign, value });
    }
    alternatives.push(comparisons);
  }
  return alternatives;
}

/**
 * @param {Condition} condition
 * @returns {string}
 */
export function written(condition) {
  return condition.map((all) => all.map(({ name, sign, value }) => `${name} ${sign} ${value}`).join(" and ")).join(" or ");
}

/**
 * @param {Comparison} comparison
 * @param {Column} column
 * @returns {(row: number) => boolean}
 */
function holds({ sign, value }, column) {
  const number = Number(value.replace(/^([+-]?)inf$/, "$1Infinity"));
  const numbers = column.ordered && value !== "" && !Number.isNaN(number);
  return (row) => {
    if (Number.isNaN(column.values[row])) return false;
    const own = numbers ? column.values[row] : column.exact(row);
    const other = numbers ? number : value;
    switch (sign) {
      case "<": return own < other;
      case "<=": return own <= other;
      case ">": return own > other;
      case ">=": return own >= other;
      case "!=": return own !== other;
      default: return own === other;
    }
  };
}

/**
 * Which of `count` rows a condition selects.
 * @param {Condition} condition
 * @param {Map<string, Column>} columns
 * @param {number} count
 * @returns {Uint8Array}
 */
export function selected(condition, columns, count) {
  const out = new Uint8Array(count);
  for (const comparisons of condition) {
    const tests = comparisons.map((comparison) => holds(comparison, /** @type {Column} */ (columns.get(comparison.name))));
    for (let row = 0; row < count; row++) {
      if (tests.every((test) => test(row))) out[row] = 1;
    }
  }
  return out;
}
