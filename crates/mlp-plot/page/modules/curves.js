// Curves that tell their values at a cursor, which all figures over the same axis share.

import { bytes, decoded } from "./columns.js";
import { element } from "./elements.js";
import { shown } from "./numbers.js";

/** @typedef {import("./columns.js").StoredColumn} StoredColumn */
/** @typedef {import("./cursor.js").Cursor} Cursor */
/** @typedef {Pick<StoredColumn, "kind" | "names" | "data">} StoredNumbers */
/** @typedef {[number, number, number, number]} Plot left, top, right and bottom as parts of the picture */
/** @typedef {{name: string, lower: string, upper: string}} StoredRange base64 of float32 */

/**
 * Gives an element the colour of a curve; on a dark page a rule that names it decides.
 * @param {HTMLElement} element
 * @param {string} color
 */
function paint(element, color) {
  element.dataset.color = color;
  element.style.background = color;
}

/**
 * As the page holds a curve. `at` are its places among those of the figure; empty where it has all.
 * @typedef {{name: string, color: string, shift: number, at: StoredNumbers, values: string, heights: string, ranges: StoredRange[]}} StoredCurve
 */

/**
 * As the page holds a figure of curves.
 * @typedef {object} StoredCurves
 * @property {string} x label of the horizontal axis
 * @property {StoredNumbers} places
 * @property {string} across base64 of float32: where each place is on the axis, from 0 to 1
 * @property {string[]} names of the places of an axis of names
 * @property {Plot[][]} plots one list for each drawing of the figure
 * @property {{label: string, curves: StoredCurve[]}[]} panels
 * @property {string} thinned what is to be said where not all places answer
 */

/**
 * @typedef {object} Curve
 * @property {string} name
 * @property {string} color
 * @property {number} shift
 * @property {ArrayLike<number>} at
 * @property {ArrayLike<number>} values
 * @property {ArrayLike<number>} heights
 * @property {{name: string, lower: ArrayLike<number>, upper: ArrayLike<number>}[]} ranges
 */

/**
 * @param {StoredNumbers} stored
 * @returns {ArrayLike<number>}
 */
const numbers = (stored) => decoded({ name: "", label: "", key: false, ...stored }).values;

/**
 * @param {StoredCurve} stored
 * @param {number} places of the figure
 * @returns {Curve}
 */
export function curveOf(stored, places) {
  const singles = (/** @type {string} */ data) => new Float32Array(bytes(data));
  const at = numbers(stored.at);
  return {
    name: stored.name,
    color: stored.color,
    shift: stored.shift,
    at: at.length > 0 ? at : Array.from({ length: places }, (_, place) => place),
    values: singles(stored.values),
    heights: singles(stored.heights),
    // Of one network they have no width.
    ranges: stored.ranges.map(({ name, lower, upper }) => ({ name, lower: singles(lower), upper: singles(upper) })).filter(({ lower, upper }) => lower.some((low, place) => upper[place] > low)),
  };
}

/**
 * The index of the nearest of rising numbers.
 * @param {ArrayLike<number>} rising
 * @param {number} wanted
 * @returns {number} -1 where there is none
 */
export function nearest(rising, wanted) {
  let [low, high] = [0, rising.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= wanted) low = middle;
    else high = middle;
  }
  return high >= 0 && Math.abs(rising[high] - wanted) < Math.abs(rising[low] - wanted) ? high : Math.min(low, high);
}

/**
 * What a curve tells at a place: its value, and its ranges in words. A curve without the place tells the nearest of its own.
 * @param {Curve} curve
 * @param {number} place
 * @returns {{index: number, own: number, value: string, ranges: string[]}} `own` is the place that is told; -1 where there is none
 */
export function reading(curve, place) {
  const index = nearest(curve.at, place);
  if (index < 0) return { index, own: -1, value: "n/a", ranges: [] };
  const known = curve.ranges.filter(({ lower, upper }) => !Number.isNaN(lower[index]) && !Number.isNaN(upper[index]));
  return {
    index,
    own: curve.at[index],
    value: shown(curve.values[index]),
    ranges: known.map(({ name, lower, upper }) => `${name}: ${shown(lower[index])} to ${shown(upper[index])}`),
  };
}

/** A figure of the page. */
export class CurveFigure {
  /**
   * @param {HTMLElement} figure
   * @param {StoredCurves} stored
   * @param {Cursor} cursor
   */
  constructor(figure, stored, cursor) {
    this.stored = stored;
    this.cursor = cursor;
    this.places = numbers(stored.places);
    this.across = new Float32Array(bytes(stored.across));
    this.panels = stored.panels.map(({ label, curves }) => ({ label, curves: curves.map((curve) => curveOf(curve, this.places.length)) }));
    /** @type {{panel: number, curve: number}} whose value is told in words */
    this.chosen = { panel: this.panels.findIndex(({ curves }) => curves.length > 0), curve: 0 };
    this.told = element("p", { class: "told" });
    this.words = element("span");
    this.close = element("button", { type: "button", hidden: "" }, ["Let go"]);
    this.close.addEventListener("click", () => this.cursor.pin(null));
    this.told.append(this.words, " ", this.close);
    this.head = element("th", { scope: "col" });
    /** @type {HTMLTableCellElement[][]} by panel and curve */
    this.cells = this.panels.map(({ curves }) => curves.map(() => element("td")));
    this.heads = this.panels.map(({ label }) => element("th", { scope: "col" }, [label]));
    this.sheet = element("div", { class: "wide readout", tabindex: "0", role: "region", "aria-label": "Values of the curves at the cursor" }, [this.table()]);
    this.sheet.style.setProperty("--columns", String(this.panels.length + 1));
    const picture = /** @type {HTMLElement} */ (figure.querySelector(".picture"));
    const parts = [this.told, this.sheet];
    if (stored.thinned !== "") parts.push(element("p", { class: "help" }, [stored.thinned]));
    picture.after(...parts);
    this.figure = figure;
    this.drawings = Array.from(picture.children, (place, drawing) => this.overlaid(/** @type {HTMLElement} */ (place), drawing));
    picture.tabIndex = 0;
    picture.setAttribute("role", "application");
    const labels = this.panels.map(({ label }) => label).join(", ");
    picture.setAttribute("aria-label", `Curves of ${labels} over ${stored.x}: the arrow keys right and left go along the curves, up and down from curve to curve, Enter pins a place`);
    picture.addEventListener("keydown", (event) => this.pressed(event));
    picture.addEventListener("blur", () => this.cursor.move(null));
    cursor.follow(() => this.show());
    this.show();
  }

  /**
   * The lines and marks over a drawing, and its answers to the pointer.
   * @param {HTMLElement} place
   * @param {number} drawing
   */
  overlaid(place, drawing) {
    const lines = this.panels.map(() => element("div", { class: "at", hidden: "" }));
    const marks = this.panels.map(({ curves }) =>
      curves.map(({ color }) => {
        const mark = element("div", { class: "mark", hidden: "" });
        paint(mark, color);
        return mark;
      }));
    place.append(...lines, ...marks.flat());
    const svg = /** @type {SVGElement} */ (place.querySelector("svg"));
    svg.addEventListener("pointermove", (event) => this.point(event, svg, drawing));
    svg.addEventListener("pointerleave", () => this.cursor.move(null));
    svg.addEventListener("click", (event) => {
      if (!this.point(event, svg, drawing) || this.cursor.place === null) return;
      this.cursor.pin(this.cursor.pinned === this.cursor.place ? null : this.cursor.place);
    });
    return { lines, marks, plots: this.stored.plots[drawing] };
  }

  /** The table of all values at the cursor: a row for each name. */
  table() {
    const names = [...new Set(this.panels.flatMap(({ curves }) => curves.map(({ name }) => name)))];
    const rows = names.map((name) => {
      const all = this.panels.map(({ curves }) => curves.findIndex((curve) => curve.name === name));
      const panel = all.findIndex((curve) => curve >= 0);
      const swatch = element("span", { class: "swatch" });
      paint(swatch, this.panels[panel].curves[all[panel]].color);
      return element("tr", {}, [element("th", { scope: "row" }, [swatch, name]), ...all.map((curve, panel) => this.cells[panel][curve] ?? element("td"))]);
    });
    return element("table", {}, [element("thead", {}, [element("tr", {}, [this.head, ...this.heads])]), element("tbody", {}, rows)]);
  }

  /**
   * A place in words.
   * @param {number} place
   * @returns {string}
   */
  named(place) {
    const { x, names } = this.stored;
    return `${x} ${names[place] ?? shown(this.places[place])}`.trim();
  }

  /**
   * Moves the cursor to the pointer.
   * @param {MouseEvent} event
   * @param {SVGElement} svg
   * @param {number} drawing
   * @returns {boolean} whether it is over curves
   */
  point(event, svg, drawing) {
    const box = svg.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const panel = this.stored.plots[drawing].findIndex(([left, top, right, bottom]) => left <= x && x <= right && top <= y && y <= bottom);
    if (panel < 0) {
      this.cursor.move(null);
      return false;
    }
    const [left, top, right, bottom] = this.stored.plots[drawing][panel];
    const place = nearest(this.across, (x - left) / (right - left));
    const height = (bottom - y) / (bottom - top);
    const far = this.panels[panel].curves.map((curve) => {
      const { index } = reading(curve, place);
      const distance = index < 0 ? NaN : Math.abs(Math.min(Math.max(curve.heights[index], 0), 1) - height);
      return Number.isNaN(distance) ? Infinity : distance;
    });
    const curve = far.indexOf(Math.min(...far));
    if (curve >= 0) this.chosen = { panel, curve };
    this.cursor.move(this.places[place]);
    this.show();
    return true;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.places.length - 1;
    const now = this.cursor.place === null ? -1 : nearest(this.places, this.cursor.place);
    const along = /** @type {Record<string, number>} */ ({ ArrowLeft: now < 0 ? last : now - 1, ArrowRight: now < 0 ? 0 : now + 1, Home: 0, End: last })[event.key];
    const turn = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 })[event.key];
    if (along !== undefined) this.cursor.move(this.places[Math.min(Math.max(along, 0), last)]);
    else if (turn !== undefined) {
      const all = this.panels.flatMap(({ curves }, panel) => curves.map((_, curve) => ({ panel, curve })));
      const own = all.findIndex(({ panel, curve }) => panel === this.chosen.panel && curve === this.chosen.curve);
      this.chosen = all[Math.min(Math.max(own + turn, 0), all.length - 1)];
      if (now < 0) this.cursor.move(this.places[last]);
      this.show();
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor.place !== null) {
      this.cursor.pin(this.cursor.pinned === this.cursor.place ? null : this.cursor.place);
    } else if (event.key === "Escape") {
      this.cursor.moving = null;
      this.cursor.pin(null);
    } else return;
    event.preventDefault();
  }

  /** Shows the cursor, and the values there; without one those at the last place. */
  show() {
    const { cursor, chosen, panels } = this;
    const last = this.places.length - 1;
    const place = cursor.place === null ? last : nearest(this.places, cursor.place);
    const marked = cursor.place !== null && place >= 0;
    this.figure.classList.toggle("pinned", cursor.pinned !== null);
    this.head.textContent = place < 0 ? "" : this.named(place);
    panels.forEach(({ curves }, panel) => {
      this.heads[panel].classList.toggle("chosen", marked && panel === chosen.panel);
      curves.forEach((curve, index) => this.tell(this.cells[panel][index], curve, place, marked && panel === chosen.panel && index === chosen.curve));
    });
    const cell = this.cells[chosen.panel]?.[chosen.curve];
    // A column that is scrolled out, or under the names, comes into view.
    if (marked && cell) {
      const names = this.head.offsetWidth;
      const [left, right] = [cell.offsetLeft - names, cell.offsetLeft + cell.offsetWidth - this.sheet.clientWidth];
      this.sheet.scrollLeft = Math.min(Math.max(this.sheet.scrollLeft, right), left);
    }
    for (const drawing of this.drawings) this.mark(drawing, marked ? place : -1);
    this.close.hidden = cursor.pinned === null;
    const text = marked ? this.sentence(place) : `Point at the curves, or use the arrow keys; a click or Enter pins a place. The table is at ${this.named(last)}.`;
    // What another figure's cursor says is not read out twice.
    const own = this.figure.matches(":hover, :focus-within");
    this.words.setAttribute("role", own ? "status" : "none");
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  /**
   * The chosen curve at a place in words.
   * @param {number} place
   * @returns {string}
   */
  sentence(place) {
    const { label, curves } = this.panels[this.chosen.panel];
    const curve = curves[this.chosen.curve];
    const { value, ranges, own } = reading(curve, place);
    const elsewhere = own >= 0 && own !== place ? ` (at ${this.named(own)})` : "";
    const pinned = this.cursor.pinned !== null && this.cursor.moving === null ? " Pinned." : "";
    return `${this.named(place)}: ${label}${label === "" ? "" : ", "}${curve.name} ${value}${elsewhere}${ranges.length > 0 ? `; ${ranges.join(", ")}` : ""}.${pinned}`;
  }

  /**
   * @param {HTMLTableCellElement} cell
   * @param {Curve} curve
   * @param {number} place
   * @param {boolean} chosen
   */
  tell(cell, curve, place, chosen) {
    const { value, ranges, own } = reading(curve, place);
    const lines = ranges.map((range) => element("small", {}, [range]));
    if (own >= 0 && own !== place) lines.push(element("small", {}, [`at ${this.named(own)}`]));
    cell.replaceChildren(value, ...lines);
    cell.classList.toggle("chosen", chosen);
  }

  /**
   * Places the line and the marks over a drawing.
   * @param {{lines: HTMLElement[], marks: HTMLElement[][], plots: Plot[]}} drawing
   * @param {number} place -1 where there is none
   */
  mark({ lines, marks, plots }, place) {
    const part = (/** @type {number} */ size) => `${(100 * size).toFixed(3)}%`;
    this.panels.forEach(({ curves }, panel) => {
      const [left, top, right, bottom] = plots[panel];
      const across = (/** @type {number} */ at, /** @type {number} */ shift) => part(left + (this.across[at] + shift) * (right - left));
      lines[panel].hidden = place < 0;
      if (place >= 0) Object.assign(lines[panel].style, { left: across(place, 0), top: part(top), height: part(bottom - top) });
      curves.forEach((curve, index) => {
        const mark = marks[panel][index];
        const found = place < 0 ? -1 : nearest(curve.at, place);
        const height = found < 0 ? NaN : curve.heights[found];
        mark.hidden = Number.isNaN(height);
        if (mark.hidden) return;
        const within = Math.min(Math.max(height, 0), 1);
        Object.assign(mark.style, { left: across(curve.at[found], curve.shift), top: part(bottom - within * (bottom - top)) });
        mark.classList.toggle("chosen", panel === this.chosen.panel && index === this.chosen.curve);
      });
    });
  }
}
