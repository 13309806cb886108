// Makes the parts of a page answer.

import { PageState } from "./fragment.js";
import { Networks } from "./networks.js";
import { CellMap } from "./maps.js";

/** Starts everything on the page. */
export function start() {
  const state = new PageState(window);
  const data = (/** @type {Element} */ place) => JSON.parse(place.querySelector("script[type='application/json']")?.textContent ?? "null");
  for (const place of document.querySelectorAll(".networks")) new Networks(/** @type {HTMLElement} */ (place), data(place), state);
  [...document.querySelectorAll("figure.cells")].forEach((figure, index) => {
    new CellMap(/** @type {HTMLElement} */ (figure), data(figure), state, index === 0 ? "cell" : `cell${index + 1}`);
  });
}

start();
