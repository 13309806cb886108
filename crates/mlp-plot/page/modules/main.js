// Makes the parts of a page answer.

import { PageState } from "./fragment.js";
import { Networks } from "./networks.js";
import { CellMap } from "./maps.js";
import { FrameFigure } from "./frames.js";
import { Cursor } from "./cursor.js";
import { CurveFigure } from "./curves.js";

/**
 * @param {Element} place
 * @param {string} name
 */
function data(place, name) {
  return JSON.parse(place.querySelector(`script.${name}`)?.textContent ?? "null");
}

/** Starts everything on the page. */
export function start() {
  const state = new PageState(window);
  for (const place of document.querySelectorAll("div.networks")) new Networks(/** @type {HTMLElement} */ (place), data(place, "networks"), state);
  /** @type {Map<Element, CellMap>} */
  const maps = new Map();
  [...document.querySelectorAll("figure.cells")].forEach((figure, index) => {
    maps.set(figure, new CellMap(/** @type {HTMLElement} */ (figure), data(figure, "cells"), state, index === 0 ? "cell" : `cell${index + 1}`));
  });
  [...document.querySelectorAll("figure.frames")].forEach((figure, index) => {
    new FrameFigure(/** @type {HTMLElement} */ (figure), data(figure, "frames"), state, index === 0 ? "frame" : `frame${index + 1}`, maps.get(figure));
  });
  /** @type {Map<string, Cursor>} by the label of the axis */
  const cursors = new Map();
  for (const figure of document.querySelectorAll("figure.curves")) {
    const stored = data(figure, "curves");
    const label = stored.x;
    const cursor = cursors.get(label) ?? new Cursor(state, label === "step" ? "step" : `at ${label}`);
    cursors.set(label, cursor);
    new CurveFigure(/** @type {HTMLElement} */ (figure), stored, cursor);
  }
}

start();
