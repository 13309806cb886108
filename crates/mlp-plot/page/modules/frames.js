// A figure at several steps, one of which a slider chooses.

import { element } from "./elements.js";

/** @typedef {import("./fragment.js").PageState} PageState */
/** @typedef {import("./maps.js").CellMap} CellMap */
/** @typedef {import("./maps.js").StoredCells} StoredCells */

/**
 * As the page holds the frames. A drawing is a list of the first and the last of lines that follow one another; the frame
 * without drawings is the figure itself.
 * @typedef {object} StoredFrames
 * @property {string} label what differs, such as the step
 * @property {string[]} lines of all drawings
 * @property {{name: string, drawings: number[][], cells: StoredCells | null}[]} frames
 * @property {string} thinned what is to be said where there are more
 */

/**
 * @param {string[]} lines
 * @param {number[]} runs
 * @returns {string}
 */
export function joined(lines, runs) {
  const out = [];
  for (let i = 0; i < runs.length; i += 2) out.push(...lines.slice(runs[i], runs[i + 1] + 1));
  return out.join("\n");
}

/** A figure with a slider. */
export class FrameFigure {
  /**
   * @param {HTMLElement} figure
   * @param {StoredFrames} stored
   * @param {PageState} state
   * @param {string} key of the frame in the address
   * @param {CellMap | undefined} map whose cells show what they were in the frame
   */
  constructor(figure, stored, state, key, map) {
    this.stored = stored;
    this.state = state;
    this.key = key;
    this.map = map;
    this.drawings = Array.from(figure.querySelectorAll(".drawing > svg"));
    this.originals = this.drawings.map((svg) => svg.innerHTML);
    this.own = stored.frames.findIndex(({ drawings }) => drawings.length === 0);
    const last = String(stored.frames.length - 1);
    this.slider = element("input", { type: "range", min: "0", max: last, step: "1", value: String(this.own) });
    this.name = element("output");
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    const label = element("label", { class: "slider" }, [`${stored.label} `, this.slider, this.name]);
    const parts = stored.thinned === "" ? [label] : [label, element("span", { class: "help" }, [stored.thinned])];
    figure.querySelector(".picture")?.before(element("div", { class: "choices" }, parts));
    const place = stored.frames.findIndex(({ name }) => name === state.get(key));
    this.show(place < 0 ? this.own : place);
    // Paper shows the figure itself.
    window.addEventListener("beforeprint", () => this.draw(this.own));
    window.addEventListener("afterprint", () => this.draw(Number(this.slider.value)));
  }

  /** @param {number} place */
  show(place) {
    const { name } = this.stored.frames[place];
    this.slider.value = String(place);
    this.slider.setAttribute("aria-valuetext", `${this.stored.label} ${name}`);
    this.name.textContent = name;
    this.state.set(this.key, place === this.own ? "" : name);
    this.draw(place);
  }

  /** @param {number} place */
  draw(place) {
    const { lines, frames } = this.stored;
    const { drawings, cells } = frames[place];
    this.drawings.forEach((svg, index) => {
      svg.innerHTML = place === this.own ? this.originals[index] : joined(lines, drawings[index]);
    });
    this.map?.turn(cells);
  }
}
