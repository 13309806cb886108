// The place of a cursor that all figures over one axis share, and the place that is pinned.

/** @typedef {import("./fragment.js").PageState} PageState */

/** A cursor over an axis, such as that of steps. */
export class Cursor {
  /**
   * @param {PageState} state
   * @param {string} key of the pinned place in the address
   */
  constructor(state, key) {
    this.state = state;
    this.key = key;
    /** @type {number | null} */
    this.moving = null;
    const stored = state.get(key);
    /** @type {number | null} */
    this.pinned = stored !== "" && Number.isFinite(Number(stored)) ? Number(stored) : null;
    /** @type {(() => void)[]} */
    this.followers = [];
  }

  /**
   * Where it stands: where it is moved, or else where it is pinned.
   * @returns {number | null}
   */
  get place() {
    return this.moving ?? this.pinned;
  }

  /** @param {() => void} told what follows it */
  follow(told) {
    this.followers.push(told);
  }

  /** @param {number | null} place null where it is let go */
  move(place) {
    if (this.moving === place) return;
    this.moving = place;
    for (const told of this.followers) told();
  }

  /** @param {number | null} place */
  pin(place) {
    this.pinned = place;
    this.state.set(this.key, place === null ? "" : String(place));
    for (const told of this.followers) told();
  }
}
