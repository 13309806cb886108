// Conditions as `mlp replay --where` and `mlp analyze --where` read them: comparisons joined by "and", alternatives by "or".

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {{name: string, sign: string, value: string}} Comparison */
/** @typedef {Comparison[][]} Condition alternatives of comparisons that must all be true */

const SIGNS = ["<=", ">=", "==", "!=", "<", ">", "="];

const EXAMPLE = "write one as in test_accuracy > 0.9";

/**
 * A number as the command reads one; NaN where it is none.
 * @param {string} value
 * @returns {number}
 */
function numberOf(value) {
  if (/^[+-]?inf(inity)?$/i.test(value)) return value.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : NaN;
}

/**
 * Parts of a list between a word.
 * @param {string[]} words
 * @param {string} separator
 * @returns {string[][]}
 */
function between(words, separator) {
  /** @type {string[][]} */
  const parts = [[]];
  for (const word of words) {
    if (word.toLowerCase() === separator) parts.push([]);
    else parts[parts.length - 1].push(word);
  }
  return parts;
}

/**
 * One of the comparisons of a condition, `whole`.
 * @param {string} text
 * @param {string} whole
 * @param {Map<string, Column>} columns
 * @returns {Comparison | string} what is wrong with it as text
 */
function comparison(text, whole, columns) {
  if (text === "") return `"${whole.trim()}" lacks a comparison; ${EXAMPLE}`;
  if (/^not /i.test(text)) return `conditions have no not: turn the comparison ${text.slice(4)} around (< and >=, > and <=, == and !=)`;
  const at = text.search(/[<>=!]/);
  const rest = at < 0 ? "" : text.slice(at);
  const sign = SIGNS.find((sign) => rest.startsWith(sign));
  const given = sign ? rest.slice(sign.length) : "";
  if (/^[<>=!]/.test(given)) return `"${text}" is not a condition: comparisons are <, <=, >, >=, == and !=`;
  const value = given.trim().replace(/^["']+|["']+$/g, "");
  if (!sign || value === "") return `"${text}" is not a condition; ${EXAMPLE}`;
  const name = text.slice(0, at).trim();
  const column = columns.get(name);
  if (!column) return `there is no column "${name}" on this page`;
  if (/^[^"'].*[<>=!]/.test(given.trim())) {
    return `"${text}" is more than one comparison; join them by and, as in train_loss > 0.1 and train_loss < 0.3`;
  }
  if (column.ordered && Number.isNaN(numberOf(value))) {
    return `the column ${name} holds numbers, and "${value}" is none; compare it with a number, as in ${name} < 0.5`;
  }
  return { name, sign, value };
}

/**
 * @param {string} text
 * @param {Map<string, Column>} columns
 * @returns {Condition | string} what is wrong with it as text
 */
export function parsed(text, columns) {
  if (/[()]/.test(text)) return "conditions have no parentheses: and binds closer than or, as in a < 1 and b < 2 or a > 9";
  /** @type {Condition} */
  const alternatives = [];
  const words = text.replaceAll("&&", " and ").replaceAll("||", " or ").trim().split(/\s+/);
  for (const alternative of between(words, "or")) {
    const comparisons = [];
    for (const part of between(alternative, "and")) {
      const found = comparison(part.join(" "), text, columns);
      if (typeof found === "string") return found;
      comparisons.push(found);
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
  const number = numberOf(value);
  return (row) => {
    if (Number.isNaN(column.values[row])) return false;
    const own = column.ordered ? column.values[row] : column.exact(row);
    const other = column.ordered ? number : value;
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
