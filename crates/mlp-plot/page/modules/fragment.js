// The state of the page in its address, after the sign #.

/**
 * @param {string} hash
 * @returns {Map<string, string>} empty where the hash names a place in the page
 */
export function read(hash) {
  const text = hash.replace(/^#/, "");
  return text.includes("=") ? new Map(new URLSearchParams(text)) : new Map();
}

/**
 * @param {Map<string, string>} state
 * @returns {string}
 */
export function write(state) {
  const parameters = new URLSearchParams();
  for (const [key, value] of state) if (value !== "") parameters.set(key, value);
  return parameters.size > 0 ? `#${parameters}` : "";
}

/** What all parts of a page share. */
export class PageState {
  /** @param {Pick<Window, "location" | "history">} page */
  constructor(page) {
    this.page = page;
    this.values = read(page.location.hash);
  }

  /**
   * @param {string} key
   * @returns {string}
   */
  get(key) {
    return this.values.get(key) ?? "";
  }

  /**
   * @param {string} key
   * @param {string} value empty for the usual one
   */
  set(key, value) {
    if (this.get(key) === value) return;
    if (value === "") this.values.delete(key);
    else this.values.set(key, value);
    const { pathname, search } = this.page.location;
    this.page.history.replaceState(null, "", write(this.values) || pathname + search);
  }
}
