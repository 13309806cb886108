// Maps whose cells tell their settings and value, and the command that trains their networks again.

import { copied, element } from "./elements.js";
import { bytes } from "./columns.js";
import { shown } from "./numbers.js";

/** @typedef {import("./fragment.js").PageState} PageState */
/** @typedef {{columns: [number, number][], rows: [number, number][]}} Area edges of cells as parts of the picture */

/**
 * Where the cells of a map are, and what they show: one list of areas for each drawing of the figure; base64 of float32, empty
 * where the map is too large; what else is to be said of cells, and base64 of a byte a cell: 0, or one more than the place
 * among these.
 * @typedef {{areas: Area[][], values: string, states: string[], state: string}} StoredCells
 */

/**
 * As the page holds a map. Cells are counted area by area, row by row, column by column.
 * @typedef {object} MapAxes
 * @property {string[]} facets
 * @property {string} x
 * @property {string[]} columns
 * @property {string} y
 * @property {string[]} rows
 * @property {boolean} rows_differ whether every cell has networks of its own
 * @property {number} seeds
 * @property {string} label what the values are
 * @property {string} command
 */

/** @typedef {StoredCells & MapAxes} StoredMap */

/**
 * @param {[number, number][]} edges
 * @param {number} at
 * @returns {number}
 */
export function found(edges, at) {
  return edges.findIndex(([from, to]) => from <= at && at < to);
}

/**
 * The first network of a cell.
 * @param {StoredMap} map
 * @param {number} area
 * @param {number} row
 * @param {number} column
 * @returns {number}
 */
export function network(map, area, row, column) {
  const columns = map.columns.length;
  const cells = map.rows_differ ? columns * map.rows.length : columns;
  return (area * cells + (map.rows_differ ? row * columns : 0) + column) * map.seeds;
}

/** A map of the page. */
export class CellMap {
  /**
   * @param {HTMLElement} figure
   * @param {StoredMap} map
   * @param {PageState} state
   * @param {string} key of the pinned cell in the address
   */
  constructor(figure, map, state, key) {
    this.map = map;
    this.state = state;
    this.key = key;
    this.areas = map.areas;
    this.values = new Float32Array(bytes(map.values));
    this.names = map.states;
    this.states = new Uint8Array(bytes(map.state));
    this.cells = map.columns.length * map.rows.length;
    this.cursor = -1;
    this.told = element("p", { class: "told", role: "status" }, ["Point at a cell, or use the arrow keys; a click or Enter pins it."]);
    this.pin = element("div", { class: "pin", hidden: "" });
    const picture = /** @type {HTMLElement} */ (figure.querySelector(".picture"));
    picture.after(this.told, this.pin);
    this.drawings = Array.from(picture.children, (place, drawing) => {
      const ring = element("div", { class: "cell", hidden: "" });
      const pinned = element("div", { class: "cell pinned", hidden: "" });
      place.append(ring, pinned);
      const svg = /** @type {SVGElement} */ (place.querySelector("svg"));
      svg.addEventListener("pointermove", (event) => this.point(this.at(event, svg, drawing)));
      svg.addEventListener("pointerleave", () => this.point(-1));
      svg.addEventListener("click", (event) => this.fix(this.at(event, svg, drawing)));
      return { ring, pinned };
    });
    picture.tabIndex = 0;
    picture.setAttribute("role", "application");
    picture.setAttribute("aria-label", `Map of ${map.label} over ${map.x} and ${map.y}: arrow keys go from cell to cell, Enter pins one`);
    picture.addEventListener("keydown", (event) => this.pressed(event));
    const stored = Number.parseInt(state.get(key), 10);
    if (stored >= 0 && stored < this.cells * map.facets.length) this.fix(stored);
  }

  /**
   * Shows the map at another step.
   * @param {StoredCells | null} cells null for its own
   */
  turn(cells) {
    const { areas, values, states, state } = cells ?? this.map;
    this.areas = areas;
    this.values = new Float32Array(bytes(values));
    this.names = states;
    this.states = new Uint8Array(bytes(state));
    this.point(this.cursor);
    const pinned = Number.parseInt(this.state.get(this.key), 10);
    if (pinned >= 0) this.fix(pinned);
  }

  /**
   * The cell under the pointer.
   * @param {MouseEvent} event
   * @param {SVGElement} svg
   * @param {number} drawing
   * @returns {number} -1 where there is none
   */
  at(event, svg, drawing) {
    const box = svg.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    for (const [index, area] of this.areas[drawing].entries()) {
      const [column, row] = [found(area.columns, x), found(area.rows, y)];
      if (column >= 0 && row >= 0) return index * this.cells + row * this.map.columns.length + column;
    }
    return -1;
  }

  /**
   * @param {number} cell
   * @returns {{area: number, row: number, column: number}}
   */
  split(cell) {
    const columns = this.map.columns.length;
    const area = Math.floor(cell / this.cells);
    const within = cell % this.cells;
    return { area, row: Math.floor(within / columns), column: within % columns };
  }

  /**
   * The cell in words.
   * @param {number} cell
   * @returns {string}
   */
  words(cell) {
    const { map } = this;
    const { area, row, column } = this.split(cell);
    const state = this.names[this.states[cell] - 1];
    const value = this.values.length === 0 ? "its value is in map.npz" : `${map.label} ${shown(this.values[cell])}`;
    const first = network(map, area, row, column);
    const networks = map.seeds > 1 ? `networks ${first} to ${first + map.seeds - 1}, one a seed` : `network ${first}`;
    const settings = `${map.facets[area]}${map.x} = ${map.columns[column]}, ${map.y} = ${map.rows[row]}`;
    return `${settings}: ${value}${state ? `; ${state}` : ""} (${networks})`;
  }

  /**
   * @param {"ring" | "pinned"} which
   * @param {number} cell
   */
  frame(which, cell) {
    this.drawings.forEach((drawing, index) => {
      const ring = drawing[which];
      const { area, row, column } = this.split(Math.max(cell, 0));
      const edges = this.areas[index][area];
      ring.hidden = cell < 0 || !edges;
      if (ring.hidden) return;
      const [[left, right], [top, bottom]] = [edges.columns[column], edges.rows[row]];
      const part = (/** @type {number} */ size) => `${100 * size}%`;
      Object.assign(ring.style, { left: part(left), top: part(top), width: part(right - left), height: part(bottom - top) });
    });
  }

  /** @param {number} cell */
  point(cell) {
    this.cursor = cell;
    this.frame("ring", cell);
    if (cell >= 0) this.told.textContent = this.words(cell);
  }

  /**
   * Pins a cell, or lets it go.
   * @param {number} cell
   */
  fix(cell) {
    this.state.set(this.key, cell < 0 ? "" : String(cell));
    this.frame("pinned", cell);
    this.pin.hidden = cell < 0;
    if (cell < 0) return this.pin.replaceChildren();
    const { area, row, column } = this.split(cell);
    const close = element("button", { type: "button" }, ["Let go"]);
    close.addEventListener("click", () => this.fix(-1));
    this.pin.replaceChildren(element("p", {}, [`${this.words(cell)} `, close]), copied(`${this.map.command} ${network(this.map, area, row, column)}`));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const ways = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });
    const way = ways[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) {
      if (this.cursor < 0) this.point(Number.parseInt(this.state.get(this.key), 10) || 0);
      else {
        // Rows are in the order of the data, which may rise or fall in the picture; facets stand beside one another.
        const { area, row, column } = this.split(this.cursor);
        const { rows } = this.areas[0][area];
        const rises = rows.length < 2 || rows[1][0] < rows[0][0];
        const [columns, facets] = [this.map.columns.length, this.map.facets.length];
        const across = Math.min(Math.max(area * columns + column + way[0], 0), facets * columns - 1);
        const up = Math.min(Math.max(row + (rises ? way[1] : -way[1]), 0), rows.length - 1);
        this.point(Math.floor(across / columns) * this.cells + up * columns + (across % columns));
      }
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor >= 0) this.fix(this.cursor);
    else if (event.key === "Escape") this.fix(-1);
    else return;
    event.preventDefault();
  }
}
