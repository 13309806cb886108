// Every network of a population: a scatter, a histogram and a table that select together.

import { copied, choice, element } from "./elements.js";
import { counted, shown } from "./numbers.js";
import { bytes, decoded } from "./columns.js";
import { fitted } from "./axis.js";
import { parsed, selected, written } from "./condition.js";
import { condition } from "./brush.js";
import { Painter } from "./painter.js";
import { Scatter } from "./scatter.js";
import { draw } from "./histogram.js";
import { cell, fill } from "./sheet.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./columns.js").StoredColumn} StoredColumn */
/** @typedef {import("./fragment.js").PageState} PageState */

/**
 * What the networks were at earlier steps, of `recorded` ones: base64 of float32 for each step.
 * @typedef {{steps: number[], recorded: number, columns: Record<string, string[]>}} StoredRecords
 */

/**
 * As the page holds the networks. `unsound` is base64 of a byte a network: 1 where it diverged or exploded.
 * @typedef {object} StoredNetworks
 * @property {number} count
 * @property {StoredColumn[]} columns
 * @property {string} unsound
 * @property {string} directory the run directory as a shell reads it
 * @property {{x: string, y: string, color: string, histogram: string}} usual names of columns
 * @property {{categories: string[], ramp: string[]}} palette
 * @property {StoredRecords | null} earlier
 */

const HELP =
  "Arrow keys go from network to network, Enter pins one, Shift with an arrow key grows a selection around it, Escape clears. " +
  "With the mouse: a click pins, dragging selects, Shift adds to the selection.";

/** The section of networks. */
export class Networks {
  /**
   * @param {HTMLElement} place
   * @param {StoredNetworks} stored
   * @param {PageState} state
   */
  constructor(place, stored, state) {
    this.state = state;
    this.stored = stored;
    this.count = stored.count;
    this.columns = new Map(stored.columns.map((column) => [column.name, decoded(column)]));
    this.unsound = decoded({ name: "", label: "", key: false, kind: "u8", data: stored.unsound, names: ["0", "1"] }).values;
    this.steps = stored.earlier?.steps ?? [];
    this.earlier = new Map(Object.entries(stored.earlier?.columns ?? {}).map(([name, all]) => [name, all.map((data) => new Float32Array(bytes(data)))]));
    /** @type {Map<string, import("./axis.js").ValueAxis>} axes over all steps, by the names of columns */
    this.whole = new Map();
    const stepped = this.steps.findIndex((step) => String(step) === state.get("at"));
    /** the place of the step that is drawn; past the last one the last records are */
    this.at = stepped < 0 ? this.steps.length : stepped;
    /** @type {import("./condition.js").Condition} */
    this.condition = [];
    /** the condition of the address, where it is none */
    this.unread = "";
    /** @type {Uint8Array | null} */
    this.chosen = null;
    this.cursor = -1;
    /** @type {{x: number, y: number}} half of the selection that the keyboard grows, as a part of each axis */
    this.grown = { x: 0, y: 0 };
    /** @type {{x: number, y: number, add: boolean} | null} */
    this.drag = null;
    const options = [...this.columns.values()].map(({ name, label }) => /** @type {[string, string]} */ ([name, label]));
    const change = (/** @type {string} */ key, /** @type {string} */ usual) => (/** @type {string} */ value) => {
      this.state.set(key, value === usual ? "" : value);
      this.refit();
    };
    const { usual } = this.stored;
    this.choices = {
      x: choice("Horizontal", options, change("x", usual.x)),
      y: choice("Vertical", options, change("y", usual.y)),
      color: choice("Colour", options, change("color", usual.color)),
      histogram: choice("Histogram of", options, change("histogram", usual.histogram)),
    };
    const canvas = (/** @type {string} */ label) => element("canvas", { tabindex: "0", role: "application", "aria-label": label, "aria-describedby": "networks-help" });
    this.canvas = canvas("Scatter of networks");
    this.bars = element("canvas", { role: "img" });
    this.overlay = element("div", { class: "brush", hidden: "" });
    this.ring = element("div", { class: "ring", hidden: "" });
    /** @type {Scatter | null} */
    this.scatter = null;
    /** @type {import("./scatter.js").Side | null} */
    this.histogram = null;
    this.pinned = element("div", { class: "ring pinned", hidden: "" });
    this.frame = element("div", { class: "canvas" }, [this.canvas, this.overlay, this.ring, this.pinned]);
    this.told = element("p", { class: "told", role: "status" }, ["Point at a network."]);
    this.pin = element("div", { class: "pin", hidden: "" });
    this.where = element("input", { type: "text", spellcheck: "false", autocomplete: "off", placeholder: "test_accuracy > 0.9 and train_loss < 0.1" });
    this.where.addEventListener("change", () => this.typed());
    this.clear = element("button", { type: "button" }, ["Clear"]);
    this.clear.addEventListener("click", () => this.choose([]));
    this.fault = element("p", { class: "fault", role: "alert", hidden: "" });
    this.line = element("div");
    this.table = element("table", { class: "sheet" });
    this.slider = element("input", { type: "range", min: "0", max: String(this.steps.length), step: "1" });
    this.slider.addEventListener("input", () => this.turn(Number(this.slider.value)));
    this.step = element("output");
    this.painter = new Painter(this.canvas);
    this.second = new Painter(this.bars);
    place.append(
      element("div", { class: "choices" }, [this.choices.x.label, this.choices.y.label, this.choices.color.label]),
      ...this.steps.length > 0 ? [this.stepping()] : [],
      this.frame,
      this.told,
      this.pin,
      element("p", { id: "networks-help", class: "help" }, [HELP]),
      element("div", { class: "choices" }, [element("label", { class: "where" }, ["Selection ", this.where]), this.clear]),
      this.fault,
      this.line,
      element("div", { class: "choices" }, [this.choices.histogram.label]),
      element("div", { class: "canvas" }, [this.bars]),
      element("div", { class: "wide sheet", tabindex: "0", role: "region", "aria-label": "Table of networks" }, [this.table]),
    );
    this.canvas.addEventListener("pointermove", (event) => this.moved(event));
    this.canvas.addEventListener("pointerdown", (event) => this.pressed(event));
    this.canvas.addEventListener("pointerup", (event) => this.released(event));
    this.canvas.addEventListener("pointercancel", () => this.dropped());
    this.canvas.addEventListener("pointerleave", () => {
      if (!this.drag) this.point(-1);
    });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    const fault = this.restore();
    this.refit();
    // It stays to be mended.
    if (this.unread !== "") this.where.value = this.unread;
    this.fault.textContent = fault;
    this.fault.hidden = fault === "";
    const again = () => this.paint();
    new ResizeObserver(again).observe(this.frame);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    window.addEventListener("beforeprint", again);
    window.addEventListener("afterprint", again);
  }

  /** The slider of the step. */
  stepping() {
    const recorded = this.stored.earlier?.recorded ?? 0;
    const some = recorded > this.steps.length ? `${this.steps.length} of ${recorded} earlier steps. ` : "";
    const help = `${some}At earlier steps the axes hold all of them; selections, table and pin are of the last records.`;
    return element("div", { class: "choices" }, [element("label", { class: "slider" }, ["Step ", this.slider, this.step]), element("span", { class: "help" }, [help])]);
  }

  /**
   * Draws the networks at another step.
   * @param {number} at
   */
  turn(at) {
    this.at = at;
    this.state.set("at", at < this.steps.length ? String(this.steps[at]) : "");
    this.fault.hidden = true;
    this.fit();
    this.paint();
  }

  /**
   * What a column was at the step that is drawn.
   * @param {Column} column
   * @returns {Column}
   */
  now(column) {
    const values = this.earlier.get(column.name)?.[this.at];
    return values ? { ...column, ordered: true, names: [], values, exact: (row) => shown(values[row]) } : column;
  }

  /**
   * The axis of a column: over its last records, or at earlier steps over all of them, so that it stands still.
   * @param {Column} column
   * @returns {import("./axis.js").ValueAxis}
   */
  axis(column) {
    const counts = (/** @type {number} */ row) => this.unsound[row % this.count] === 0;
    const last = () => fitted(column.values, counts, column.ordered ? [] : column.names);
    const earlier = this.earlier.get(column.name);
    if (!earlier || this.at === this.steps.length) return last();
    const known = this.whole.get(column.name);
    if (known) return known;
    const all = new Float64Array(this.count * (earlier.length + 1));
    [column.values, ...earlier].forEach((values, part) => all.set(values, part * this.count));
    const made = fitted(all, counts, [], last().kind);
    this.whole.set(column.name, made);
    return made;
  }

  /**
   * What the address says.
   * @returns {string} what of it has no meaning here
   */
  restore() {
    const text = this.state.get("where");
    const found = text === "" ? [] : parsed(text, this.columns);
    const faults = [];
    if (typeof found === "string") {
      faults.push(`${found}; all networks are shown`);
      this.unread = text;
    } else this.condition = found;
    const pin = this.state.get("pin");
    if (pin !== "" && this.row(pin) < 0) {
      faults.push(`there is no network ${pin} on this page`);
      this.state.set("pin", "");
    }
    for (const purpose of /** @type {const} */ (["x", "y", "color", "histogram"])) {
      const name = this.state.get(purpose);
      if (name === "" || this.columns.has(name)) continue;
      faults.push(`there is no column "${name}" on this page`);
      this.state.set(purpose, "");
    }
    return faults.length > 0 ? `Of this page's address: ${faults.join("; ")}.` : "";
  }

  /**
   * The row of a network.
   * @param {string} net
   * @returns {number} -1 where there is none
   */
  row(net) {
    if (net === "") return -1;
    return Array.from(this.column("net").values).indexOf(Number(net));
  }

  /**
   * @param {string} name
   * @returns {Column}
   */
  column(name) {
    return /** @type {Column} */ (this.columns.get(name));
  }

  /**
   * The column that is chosen for a purpose.
   * @param {"x" | "y" | "color" | "histogram"} purpose
   * @returns {Column}
   */
  chosenFor(purpose) {
    return this.columns.get(this.state.get(purpose)) ?? this.column(this.stored.usual[purpose]);
  }

  /** Fits the axes to the chosen columns. */
  fit() {
    const side = (/** @type {"x" | "y" | "color" | "histogram"} */ purpose) => {
      const column = this.chosenFor(purpose);
      this.choices[purpose].select.value = column.name;
      return { column: this.now(column), axis: this.axis(column) };
    };
    this.scatter = new Scatter(side("x"), side("y"), side("color"), this.stored.palette, this.count);
    this.histogram = side("histogram");
    const name = this.at < this.steps.length ? String(this.steps[this.at]) : "last record";
    this.slider.value = String(this.at);
    this.slider.setAttribute("aria-valuetext", name);
    this.step.textContent = name;
  }

  /** Draws the chosen columns. */
  refit() {
    this.fit();
    this.select();
  }

  /** Computes the selection and shows it everywhere. */
  select() {
    this.chosen = this.condition.length > 0 ? selected(this.condition, this.columns, this.count) : null;
    const text = written(this.condition);
    this.state.set("where", text);
    this.where.value = text;
    this.fault.hidden = true;
    this.clear.disabled = this.chosen === null;
    const { directory } = this.stored;
    if (this.chosen === null) this.line.replaceChildren();
    else {
      const quoted = `'${text.replaceAll("'", "'\\''")}'`;
      const count = this.chosen.reduce((sum, one) => sum + one, 0);
      const told = element("p", { class: "told", role: "status" }, [`${counted(count)} of ${counted(this.count)} networks are selected.`]);
      this.line.replaceChildren(told, copied(`mlp replay ${directory} --where ${quoted}`), copied(`mlp analyze ${directory} --where ${quoted}`));
    }
    this.paint();
    this.list();
  }

  /** @param {import("./condition.js").Condition} condition */
  choose(condition) {
    this.condition = condition;
    this.select();
  }

  /** What was typed as a condition. */
  typed() {
    const text = this.where.value.trim();
    const found = text === "" ? [] : parsed(text, this.columns);
    if (typeof found === "string") {
      this.fault.textContent = found;
      this.fault.hidden = false;
    } else this.choose(found);
  }

  /** Draws both pictures. */
  paint() {
    const scatter = this.scatter;
    const width = this.frame.clientWidth;
    if (!scatter || width < 40) return;
    scatter.draw(this.painter, width, Math.round(Math.min(Math.max(width * 0.62, 320), 520)), this.chosen);
    const { column, axis } = this.histogram ?? scatter.sides.across;
    draw(this.second, width, 220, column, axis, this.chosen);
    this.bars.setAttribute("aria-label", `Histogram of ${column.label}`);
    const { across, up, color } = scatter.sides;
    const left = scatter.missing > 0 ? `; ${counted(scatter.missing)} without these values` : "";
    const beyond = scatter.beyond > 0 ? `; ${counted(scatter.beyond)} beyond the axes, at the edge` : "";
    this.canvas.setAttribute("aria-label", `Scatter of ${counted(this.count)} networks: ${up.column.label} against ${across.column.label}, coloured by ${color.column.label}${this.at < this.steps.length ? `, at step ${this.steps[this.at]}` : ""}${beyond}${left}`);
    this.point(this.cursor);
    this.showPin();
  }

  /** Fills the table. */
  list() {
    const names = ["net", ...[...this.columns.values()].filter(({ key }) => key).map(({ name }) => name), "status", "exploded"];
    for (const purpose of /** @type {const} */ (["x", "y", "color", "histogram"])) names.push(this.chosenFor(purpose).name);
    names.push("train_loss", "test_loss", "test_accuracy", "test_r2");
    const columns = [...new Set(names)].flatMap((name) => this.columns.get(name) ?? []);
    const rows = Array.from({ length: this.count }, (_, row) => row).filter((row) => this.chosen === null || this.chosen[row] === 1);
    const sort = this.state.get("sort");
    const falling = sort.startsWith("-");
    const by = { name: sort.replace(/^-/, "") || "net", falling };
    fill(this.table, columns, rows, by, {
      sorted: (name) => {
        const turned = name === by.name && !falling;
        this.state.set("sort", turned ? `-${name}` : name === "net" ? "" : name);
        this.list();
        const index = columns.findIndex((column) => column.name === name);
        this.table.querySelectorAll("thead button").forEach((button, place) => place === index && /** @type {HTMLElement} */ (button).focus());
      },
      pinned: (row) => this.fix(row),
      pin: this.row(this.state.get("pin")),
    });
  }

  /**
   * The network in words.
   * @param {number} row
   * @returns {string}
   */
  words(row) {
    const { x, y, color, histogram } = { x: this.chosenFor("x"), y: this.chosenFor("y"), color: this.chosenFor("color"), histogram: this.chosenFor("histogram") };
    const keys = [...this.columns.values()].filter(({ key }) => key);
    const values = [...new Set([...keys, x, y, color, histogram])].filter(({ name }) => name !== "net" && name !== "status");
    const told = values.map((column) => `${column.label} ${cell(this.now(column), row) || "n/a"}`);
    const step = this.at < this.steps.length ? [`at step ${this.steps[this.at]}`] : [];
    return [`Network ${this.column("net").exact(row)}`, ...this.outcome(row), ...step, ...told].join(", ");
  }

  /**
   * How the network ended.
   * @param {number} row
   * @returns {string[]}
   */
  outcome(row) {
    const status = this.columns.get("status")?.exact(row);
    const exploded = this.columns.get("exploded")?.exact(row) === "true";
    return [...(status ? [status] : []), ...(exploded ? ["exploded"] : [])];
  }

  /**
   * Moves the cursor.
   * @param {number} row
   */
  point(row) {
    this.cursor = row;
    this.encircle(this.ring, row);
    const text = row < 0 ? "Point at a network." : this.words(row);
    if (this.told.textContent !== text) this.told.textContent = text;
  }

  /**
   * @param {HTMLElement} ring
   * @param {number} row
   */
  encircle(ring, row) {
    const scatter = this.scatter;
    ring.hidden = !scatter || row < 0 || Number.isNaN(scatter.x[row]) || Number.isNaN(scatter.y[row]);
    if (!scatter || ring.hidden) return;
    const [x, y] = scatter.at(row);
    // By parts of the picture, which paper makes smaller.
    [ring.style.left, ring.style.top] = [`${(100 * x) / this.painter.width}%`, `${(100 * y) / this.painter.height}%`];
  }

  /**
   * Pins a network, or lets it go.
   * @param {number} row
   */
  fix(row) {
    this.state.set("pin", row < 0 ? "" : this.column("net").exact(row));
    this.showPin();
    this.list();
  }

  /** Shows what is pinned. */
  showPin() {
    const row = this.row(this.state.get("pin"));
    this.encircle(this.pinned, row);
    this.pin.hidden = row < 0;
    if (row < 0) return this.pin.replaceChildren();
    const net = this.column("net").exact(row);
    const close = element("button", { type: "button" }, ["Let go"]);
    close.addEventListener("click", () => this.fix(-1));
    const columns = [...this.columns.values()].filter(({ name }) => name !== "net");
    const values = columns.filter((column) => !Number.isNaN(column.values[row])).slice(0, 24);
    const facts = values.map((column) => element("div", {}, [element("dt", {}, [column.label]), element("dd", {}, [cell(column, row)])]));
    this.pin.replaceChildren(
      element("p", {}, [element("strong", {}, [`Network ${net}`]), ` ${this.outcome(row).join(", ")} `, close]),
      copied(`mlp replay ${this.stored.directory} ${net}`),
      element("dl", { class: "facts small" }, facts),
    );
  }

  /**
   * @param {PointerEvent} event
   * @returns {{x: number, y: number}}
   */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  moved(event) {
    const at = this.place(event);
    if (!this.drag) {
      this.point(this.scatter?.nearest(at.x, at.y, 14) ?? -1);
      return;
    }
    const { overlay, drag } = this;
    overlay.hidden = Math.hypot(at.x - drag.x, at.y - drag.y) < 5;
    Object.assign(overlay.style, {
      left: `${Math.min(at.x, drag.x)}px`,
      top: `${Math.min(at.y, drag.y)}px`,
      width: `${Math.abs(at.x - drag.x)}px`,
      height: `${Math.abs(at.y - drag.y)}px`,
    });
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    if (event.button !== 0) return;
    this.drag = { ...this.place(event), add: event.shiftKey };
    this.canvas.setPointerCapture(event.pointerId);
  }

  dropped() {
    this.drag = null;
    this.overlay.hidden = true;
  }

  /** @param {PointerEvent} event */
  released(event) {
    const { drag, scatter } = this;
    const at = this.place(event);
    this.dropped();
    if (!drag || !scatter) return;
    if (Math.hypot(at.x - drag.x, at.y - drag.y) < 5) {
      const row = scatter.nearest(at.x, at.y, 14);
      if (row >= 0) this.fix(row);
      else if (!drag.add) this.choose([]);
      return;
    }
    const { left, top, right, bottom } = scatter.box;
    const across = [drag.x, at.x].map((x) => (x - left) / (right - left)).sort((a, b) => a - b);
    const up = [drag.y, at.y].map((y) => (bottom - y) / (bottom - top)).sort((a, b) => a - b);
    this.brush(across, up, drag.add);
  }

  /**
   * Selects a rectangle of the plane.
   * @param {number[]} across
   * @param {number[]} up
   * @param {boolean} add
   */
  brush(across, up, add) {
    if (!this.scatter) return;
    if (this.at < this.steps.length) {
      this.fault.textContent = "A selection is of last records: move the slider of the step to its end to select here.";
      this.fault.hidden = false;
      return;
    }
    const { across: x, up: y } = this.scatter.sides;
    const found = condition([x.column, x.axis, across[0], across[1]], [y.column, y.axis, up[0], up[1]]);
    this.choose(add ? [...this.condition, ...found] : found);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { scatter } = this;
    const ways = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });
    const way = ways[event.key];
    if (!scatter || event.ctrlKey || event.metaKey || event.altKey) return;
    if (way && event.shiftKey && this.cursor >= 0) {
      const [x, y] = [scatter.x[this.cursor], scatter.y[this.cursor]];
      const step = 0.05;
      this.grown = { x: Math.max(this.grown.x + step * way[0], step), y: Math.max(this.grown.y + step * way[1], step) };
      this.brush([x - this.grown.x, x + this.grown.x], [y - this.grown.y, y + this.grown.y], false);
    } else if (way) {
      this.grown = { x: 0, y: 0 };
      this.point(this.next(way));
    } else if ((event.key === "Enter" || event.key === " ") && this.cursor >= 0) this.fix(this.cursor);
    else if (event.key === "Escape") {
      this.fix(-1);
      this.choose([]);
    } else return;
    event.preventDefault();
  }

  /**
   * The network next to the cursor in a direction: of those that lie there, that with the least distance, where the
   * distance across the direction counts double.
   * @param {[number, number]} way
   * @returns {number}
   */
  next([right, up]) {
    const { scatter, cursor } = this;
    if (!scatter) return -1;
    const drawn = (/** @type {number} */ row) => !Number.isNaN(scatter.x[row]) && !Number.isNaN(scatter.y[row]);
    if (cursor < 0) {
      const pin = this.row(this.state.get("pin"));
      if (pin >= 0 && drawn(pin)) return pin;
      return scatter.x.findIndex((_, row) => drawn(row));
    }
    const [x, y] = scatter.at(cursor);
    let [best, least] = [cursor, Infinity];
    for (let row = 0; row < this.count; row++) {
      if (row === cursor || !drawn(row)) continue;
      const [px, py] = scatter.at(row);
      const along = (px - x) * right + (y - py) * up;
      const across = Math.abs((px - x) * up) + Math.abs((py - y) * right);
      // Networks at one place follow one another by their numbers.
      const same = px === x && py === y;
      const follows = same && (right + up > 0 ? row > cursor : row < cursor);
      if (!follows && along <= 0) continue;
      const distance = same ? Math.abs(row - cursor) * 1e-9 : along + 2 * across;
      if (distance < least) [best, least] = [row, distance];
    }
    return best;
  }
}
