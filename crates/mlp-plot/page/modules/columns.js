// Columns of a table, from base64 arrays (little-endian).

/**
 * As the page holds a column: `f32` or `u32` numbers, or `u8` places among `names`, where the place after the last name
 * says that there is no value.
 * @typedef {{name: string, label: string, key: boolean, kind: "f32" | "u32" | "u8", data: string, names?: string[]}} StoredColumn
 */

/**
 * `values` are numbers, or places among `names` where these are no numbers (`ordered` is false); NaN where there is none.
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {boolean} key
 * @property {boolean} ordered whether the values are numbers
 * @property {string[]} names the texts, in order; none of a column with a number a row
 * @property {ArrayLike<number>} values
 * @property {(row: number) => string} exact the text of a value, as a condition compares it
 */

/**
 * @param {string} base64
 * @returns {ArrayBuffer}
 */
export function bytes(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out.buffer;
}

/**
 * @param {StoredColumn} stored
 * @returns {Column}
 */
export function decoded(stored) {
  const { name, label, key } = stored;
  const buffer = bytes(stored.data);
  const names = stored.names ?? [];
  if (stored.kind !== "u8") {
    const values = stored.kind === "f32" ? new Float32Array(buffer) : new Uint32Array(buffer);
    return { name, label, key, ordered: true, names, values, exact: (row) => String(values[row]) };
  }
  const places = new Uint8Array(buffer);
  const ordered = names.length > 0 && names.every((text) => text !== "" && Number.isFinite(Number(text)));
  const values = Float64Array.from(places, (place) => {
    if (place >= names.length) return NaN;
    return ordered ? Number(names[place]) : place;
  });
  return { name, label, key, ordered, names, values, exact: (row) => names[places[row]] ?? "" };
}
