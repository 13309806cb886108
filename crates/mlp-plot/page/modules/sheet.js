// A table of rows that sorts by any of its columns and shows the first of them.

import { brief, counted, shown } from "./numbers.js";
import { element } from "./elements.js";

/** @typedef {import("./columns.js").Column} Column */

export const MOST_ROWS = 200;

/**
 * Rows in the order of a column; those without a value last.
 * @param {number[]} rows
 * @param {Column} column
 * @param {boolean} falling
 * @returns {number[]}
 */
export function ordered(rows, column, falling) {
  const { values } = column;
  const sign = falling ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [values[a], values[b]];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return x === y ? a - b : sign * (x < y ? -1 : 1);
  });
}

/**
 * @param {Column} column
 * @param {number} row
 * @returns {string}
 */
export function cell(column, row) {
  if (Number.isNaN(column.values[row])) return "";
  return column.key || !column.ordered ? brief(column.exact(row)) : shown(column.values[row]);
}

/**
 * Fills a table.
 * @param {HTMLTableElement} table
 * @param {Column[]} columns the first is that of numbers, whose cells pin
 * @param {number[]} rows
 * @param {{name: string, falling: boolean}} sort
 * @param {{sorted: (name: string) => void, pinned: (row: number) => void, pin: number}} answers
 */
export function fill(table, columns, rows, sort, answers) {
  const by = columns.find(({ name }) => name === sort.name) ?? columns[0];
  const first = ordered(rows, by, sort.falling).slice(0, MOST_ROWS);
  const heads = columns.map((column) => {
    const button = element("button", { type: "button" }, [column.label]);
    button.addEventListener("click", () => answers.sorted(column.name));
    const way = column !== by ? "none" : sort.falling ? "descending" : "ascending";
    return element("th", { scope: "col", "aria-sort": way, class: column.ordered ? "number" : "" }, [button]);
  });
  const lines = first.map((row) => {
    const cells = columns.map((column, place) => {
      const text = cell(column, row);
      if (place > 0) return element("td", column.ordered ? { class: "number" } : {}, [text]);
      const button = element("button", { type: "button", "aria-label": `Pin network ${text}` }, [text]);
      button.addEventListener("click", () => answers.pinned(row));
      return element("th", { scope: "row", class: "number" }, [button]);
    });
    return element("tr", row === answers.pin ? { "aria-selected": "true" } : {}, cells);
  });
  const told = rows.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${counted(rows.length)} networks` : `${counted(rows.length)} network${rows.length === 1 ? "" : "s"}`;
  table.replaceChildren(
    element("caption", {}, [`${told}, by ${by.label}${sort.falling ? ", largest first" : ""}`]),
    element("thead", {}, [element("tr", {}, heads)]),
    element("tbody", {}, lines),
  );
}
