// How often the values of a column are, and among those that are chosen.

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./axis.js").ValueAxis} ValueAxis */
/** @typedef {import("./painter.js").Painter} Painter */

/**
 * @param {Column} column
 * @param {ValueAxis} axis
 * @param {Uint8Array | null} chosen
 * @param {number} bins
 * @returns {{all: number[], chosen: number[], beyond: number}}
 */
export function binned(column, axis, chosen, bins) {
  const [all, some] = [new Array(bins).fill(0), new Array(bins).fill(0)];
  let beyond = 0;
  for (let row = 0; row < column.values.length; row++) {
    const place = axis.unit(column.values[row]);
    if (Number.isNaN(place)) continue;
    if (place < 0 || place > 1) {
      beyond += 1;
      continue;
    }
    const bin = Math.min(Math.floor(place * bins), bins - 1);
    all[bin] += 1;
    if (chosen === null || chosen[row] === 1) some[bin] += 1;
  }
  return { all, chosen: some, beyond };
}

/**
 * @param {Painter} painter
 * @param {number} width
 * @param {number} height
 * @param {Column} column
 * @param {ValueAxis} axis
 * @param {Uint8Array | null} chosen
 */
export function draw(painter, width, height, column, axis, chosen) {
  painter.begin(width, height);
  const { context, colors } = painter;
  const bins = axis.kind === "names" ? column.names.length : 36;
  const found = binned(column, axis, chosen, bins);
  const most = Math.max(1, ...found.all);
  const box = { left: 34 + painter.widthOf(String(most)), top: 14, right: width - 14, bottom: height - 46 };
  const step = (box.right - box.left) / bins;
  const bars = (/** @type {number[]} */ counts, /** @type {string} */ fill, /** @type {number} */ opacity) => {
    context.fillStyle = fill;
    context.globalAlpha = opacity;
    counts.forEach((count, bin) => {
      const tall = (count / most) * (box.bottom - box.top);
      context.fillRect(box.left + bin * step + 0.5, box.bottom - tall, Math.max(step - 1, 1), tall);
    });
    context.globalAlpha = 1;
  };
  painter.line(box.left, box.top, box.right, box.top);
  bars(found.all, colors.soft, 0.35);
  bars(found.chosen, colors.link, 0.85);
  painter.line(box.left, box.bottom, box.right, box.bottom, colors.soft);
  painter.text(String(most), box.left - 7, box.top, { align: "right", soft: true });
  painter.text("0", box.left - 7, box.bottom, { align: "right", soft: true });
  painter.text("networks", 12, (box.top + box.bottom) / 2, { align: "center", turned: true });
  let end = -Infinity;
  const room = axis.kind === "names" ? step - 8 : Infinity;
  for (const { at, text } of axis.ticks) {
    const x = box.left + at * (box.right - box.left);
    const half = Math.min(painter.widthOf(text), room) / 2;
    if (x - half < end + 8 || x + half > width) continue;
    painter.text(text, x, box.bottom + 13, { align: "center", soft: true, most: room });
    end = x + half;
  }
  const label = axis.kind === "log" || axis.kind === "symlog" ? `${column.label} (${axis.kind})` : column.label;
  painter.text(label, (box.left + box.right) / 2, height - 12, { align: "center", most: box.right - box.left });
  if (found.beyond > 0) painter.text(`${found.beyond} beyond`, box.right - 6, box.top + 12, { align: "right", bold: true });
}
