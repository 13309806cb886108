// Two columns of a table against each other, coloured by a third.

import { brief, shown } from "./numbers.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./axis.js").ValueAxis} ValueAxis */
/** @typedef {import("./painter.js").Painter} Painter */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */
/** @typedef {{column: Column, axis: ValueAxis}} Side */

const RADIUS = 3.2;
/** The most numbers with a colour each; of texts all have one. */
const MOST_COLORS = 8;

/**
 * Whether every value has a colour of its own: texts, and a key of few numbers.
 * @param {Column} column
 * @returns {boolean}
 */
export function discrete({ ordered, key, names }) {
  return !ordered || (key && names.length > 0 && names.length <= MOST_COLORS);
}

/** Where the points are, and their picture. */
export class Scatter {
  /**
   * @param {Side} across
   * @param {Side} up
   * @param {Side} color
   * @param {{categories: string[], ramp: string[]}} palette
   * @param {number} count
   */
  constructor(across, up, color, palette, count) {
    this.sides = { across, up, color };
    this.palette = palette;
    /** @type {Map<number, number>} values with colours of their own, and their places among the names */
    this.places = new Map(discrete(color.column) ? color.column.names.map((name, place) => [color.column.ordered ? Number(name) : place, place]) : []);
    /** @type {Box} */
    this.box = { left: 0, top: 0, right: 1, bottom: 1 };
    // Places from 0 to 1; NaN without a value.
    this.x = Float64Array.from({ length: count }, (_, row) => across.axis.unit(across.column.values[row]));
    this.y = Float64Array.from({ length: count }, (_, row) => up.axis.unit(up.column.values[row]));
    this.colors = Array.from({ length: count }, (_, row) => this.colorOf(color.column.values[row]));
    this.beyond = 0;
    this.missing = 0;
    for (let row = 0; row < count; row++) {
      const [x, y] = [this.x[row], this.y[row]];
      if (Number.isNaN(x) || Number.isNaN(y)) this.missing += 1;
      else if (x < 0 || x > 1 || y < 0 || y > 1) this.beyond += 1;
    }
  }

  /**
   * @param {number} value
   * @returns {string} empty without a value
   */
  colorOf(value) {
    const { axis } = this.sides.color;
    const { categories, ramp } = this.palette;
    if (Number.isNaN(value)) return "";
    const place = this.places.get(value);
    if (place !== undefined) return categories[place % categories.length];
    const [first, last] = [axis.unit(axis.first), axis.unit(axis.last)];
    const part = last > first ? (axis.unit(value) - first) / (last - first) : 0;
    return ramp[Math.min(Math.max(Math.round(part * (ramp.length - 1)), 0), ramp.length - 1)];
  }

  /**
   * The centre of a row's mark in the picture; beyond the limits at the edge.
   * @param {number} row
   * @returns {[number, number]}
   */
  at(row) {
    const { left, top, right, bottom } = this.box;
    const within = (/** @type {number} */ place) => Math.min(Math.max(place, 0), 1);
    return [left + within(this.x[row]) * (right - left), bottom - within(this.y[row]) * (bottom - top)];
  }

  /**
   * The nearest point to a place in the picture.
   * @param {number} x
   * @param {number} y
   * @param {number} reach
   * @returns {number} -1 where there is none
   */
  nearest(x, y, reach) {
    let [best, distance] = [-1, reach * reach];
    for (let row = 0; row < this.x.length; row++) {
      const [px, py] = this.at(row);
      const now = (px - x) ** 2 + (py - y) ** 2;
      if (now <= distance) [best, distance] = [row, now];
    }
    return best;
  }

  /**
   * @param {Painter} painter
   * @param {number} width
   * @param {number} height
   * @param {Uint8Array | null} chosen null where all are
   */
  draw(painter, width, height, chosen) {
    painter.begin(width, height);
    const { across, up, color } = this.sides;
    const labels = up.axis.ticks.map(({ text }) => painter.widthOf(text));
    const wide = Math.min(Math.max(20, ...labels), width / 4);
    const narrow = across.axis.kind === "names" ? Math.min(...across.axis.ticks.map(() => (width - wide) / across.axis.ticks.length)) - 8 : Infinity;
    const box = { left: wide + 34, top: 40, right: width - 14, bottom: height - 46 };
    this.box = box;
    const { context, colors } = painter;
    let end = -Infinity;
    for (const { at, text } of across.axis.ticks) {
      const x = box.left + at * (box.right - box.left);
      painter.line(x, box.top, x, box.bottom);
      const half = Math.min(painter.widthOf(text), narrow) / 2;
      if (x - half < end + 8 || x + half > width) continue;
      painter.text(text, x, box.bottom + 13, { align: "center", soft: true, most: narrow });
      end = x + half;
    }
    let above = Infinity;
    for (const { at, text } of up.axis.ticks) {
      const y = box.bottom - at * (box.bottom - box.top);
      painter.line(box.left, y, box.right, y);
      if (y > above - 15) continue;
      painter.text(text, box.left - 7, y, { align: "right", soft: true, most: wide });
      above = y;
    }
    const note = (/** @type {Side} */ { column, axis }) => (axis.kind === "log" || axis.kind === "symlog" ? `${column.label} (${axis.kind})` : column.label);
    painter.text(note(across), (box.left + box.right) / 2, height - 12, { align: "center", most: box.right - box.left });
    painter.text(note(up), 12, (box.top + box.bottom) / 2, { align: "center", turned: true, most: box.bottom - box.top });
    this.legend(painter, color, box);
    context.strokeStyle = colors.soft;
    context.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    // Those that are not chosen first, in one colour; the others colour by colour.
    /** @type {Map<string, number[]>} */
    const groups = new Map([[colors.soft, []]]);
    const marks = [];
    for (let row = 0; row < this.x.length; row++) {
      const [x, y] = [this.x[row], this.y[row]];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      const faint = chosen !== null && chosen[row] === 0;
      const fill = faint || this.colors[row] === "" ? colors.soft : this.colors[row];
      const center = this.at(row);
      if (x < 0 || x > 1 || y < 0 || y > 1) {
        marks.push({ center, fill, faint, right: x < 0 ? -1 : x > 1 ? 1 : 0, down: y < 0 ? 1 : y > 1 ? -1 : 0 });
        continue;
      }
      const key = faint ? colors.soft : fill;
      const group = groups.get(key);
      if (group) group.push(...center);
      else groups.set(key, [...center]);
    }
    const radius = this.x.length > 3000 ? 2.2 : RADIUS;
    for (const [fill, centers] of groups) painter.discs(centers, radius, fill, fill === colors.soft ? 0.22 : 0.8);
    for (const { center, fill, faint, right, down } of marks) painter.mark(...center, right, down, fill, faint ? 0.25 : 0.9);
    if (this.beyond > 0) painter.text(`${this.beyond} beyond`, box.right, box.top - 10, { align: "right", bold: true });
  }

  /**
   * @param {Painter} painter
   * @param {Side} color
   * @param {Box} box
   */
  legend(painter, { column, axis }, box) {
    const { context } = painter;
    let x = box.left;
    painter.text(column.label, x, 16, { bold: true, most: 150 });
    x += Math.min(painter.widthOf(column.label) * 1.08, 150) + 12;
    if (this.places.size > 0) {
      [...this.places].every(([value, place]) => {
        const name = brief(column.names[place]);
        const width = painter.widthOf(name) + 26;
        if (x + width > painter.width) {
          painter.text("…", x, 16);
          return false;
        }
        painter.discs([x + 5, 16], 4.5, this.colorOf(value), 1);
        painter.text(name, x + 13, 16);
        x += width;
        return true;
      });
      return;
    }
    const [low, high] = [shown(axis.first), shown(axis.last)];
    painter.text(low, x, 16, { soft: true });
    x += painter.widthOf(low) + 6;
    const width = Math.min(140, painter.width - x - painter.widthOf(high) - 16);
    const { ramp } = this.palette;
    if (width > 20) {
      const gradient = context.createLinearGradient(x, 0, x + width, 0);
      ramp.forEach((fill, place) => gradient.addColorStop(place / (ramp.length - 1), fill));
      context.fillStyle = gradient;
      context.fillRect(x, 10, width, 12);
    }
    painter.text(high, x + Math.max(width, 0) + 6, 16, { soft: true });
  }
}
