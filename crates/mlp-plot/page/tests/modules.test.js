import assert from "node:assert/strict";
import { test } from "node:test";

import { fitted, limits } from "../modules/axis.js";
import { condition } from "../modules/brush.js";
import { decoded } from "../modules/columns.js";
import { parsed, selected, written } from "../modules/condition.js";
import { Cursor } from "../modules/cursor.js";
import { curveOf, nearest, reading } from "../modules/curves.js";
import { PageState, read, write } from "../modules/fragment.js";
import { joined } from "../modules/frames.js";
import { binned } from "../modules/histogram.js";
import { found, network } from "../modules/maps.js";
import { bound, brief, counted, shown } from "../modules/numbers.js";
import { discrete, Scatter } from "../modules/scatter.js";
import { cell, ordered } from "../modules/sheet.js";

const base64 = (array) => Buffer.from(array.buffer).toString("base64");
const numbers = (name, values) => decoded({ name, label: name, key: false, kind: "f32", data: base64(Float32Array.from(values)) });
const places = (name, names, values) => decoded({ name, label: name, key: true, kind: "u8", names, data: base64(Uint8Array.from(values)) });
const everything = () => true;

test("numbers have four significant digits", () => {
  assert.equal(shown(0.123456), "0.1235");
  assert.equal(shown(1e34), "1e34");
  assert.equal(shown(2.5e-7), "2.5e-7");
  assert.equal(shown(1000), "1000");
  assert.equal(shown(NaN), "n/a");
  assert.equal(shown(Infinity), "above 3.4e38");
  assert.equal(bound(0.123456), "0.1235");
  assert.equal(counted(1234567), "1,234,567");
});

test("columns are decoded", () => {
  const loss = numbers("loss", [0.5, NaN]);
  assert.deepEqual([loss.values[0], loss.values[1], loss.ordered], [0.5, NaN, true]);
  const rate = places("rate", ["0.01", "10"], [1, 0, 2]);
  assert.deepEqual([...rate.values], [10, 0.01, NaN]);
  assert.equal(rate.exact(1), "0.01");
  const activation = places("activation", ["tanh", "relu"], [1, 0, 2]);
  assert.deepEqual([...activation.values, activation.ordered], [1, 0, NaN, false]);
  assert.equal(activation.exact(0), "relu");
});

test("a few exploded values do not decide an axis", () => {
  const usual = Array.from({ length: 57 }, (_, i) => 1 + i / 57);
  const size = (low, high) => Math.max(Math.abs(low), Math.abs(high));
  assert.deepEqual(limits([...usual, 1e34, 3e34], size), [1, usual[56]]);
  assert.deepEqual(limits([...usual, 4.8], size), [1, 4.8]);
  assert.deepEqual(limits([1, 2, 3, 1e34], size), [1, 1e34]);
  assert.deepEqual(limits([5], size), [5, 5]);
});

test("an axis fits tame and wild values", () => {
  const tame = fitted([1, 2, 3, 4], everything, []);
  assert.equal(tame.kind, "linear");
  assert.ok(tame.unit(1) > 0 && tame.unit(4) < 1);
  assert.equal(fitted([0.001, 0.1, 10], everything, []).kind, "log");
  assert.equal(fitted([-1000, -0.1, 0, 0.1, 1000], everything, []).kind, "symlog");
  assert.equal(fitted([0, 1, 2], everything, []).low, 0);
  for (const values of [[], [NaN], [5, 5, 5], [0], [Infinity, 1], [1e-45, 1e38], [-3, 1e34, NaN], [-1e5, -1, 0, 0.1, 1e5]]) {
    const axis = fitted(values, everything, []);
    assert.ok(axis.ticks.every(({ at, text }) => at >= 0 && at <= 1 && text !== ""), `${values}`);
    assert.ok(axis.ticks.every(({ at }, place) => place === 0 || axis.ticks[place - 1].at <= at), `${values}: rising`);
    for (const value of values.filter(Number.isFinite)) {
      const back = axis.value(axis.unit(value));
      assert.ok(Math.abs(back - value) <= 1e-6 * Math.max(1e-30, Math.abs(value)), `${values}: ${value} ${back}`);
    }
  }
  // A network that exploded does not count.
  const kept = fitted([1, 2, 3, 1e30], (row) => row < 3, []);
  assert.ok(kept.unit(1e30) > 1);
  // Over all steps an axis keeps the kind of the last one, unless its values have no logarithm.
  assert.equal(fitted([1, 2, 1e5], everything, [], "linear").kind, "linear");
  assert.equal(fitted([0, 2, 1e5], everything, [], "log").kind, "symlog");
  const names = fitted([0, 1], everything, ["a", "b"]);
  assert.deepEqual(names.ticks, [{ at: 0.25, text: "a" }, { at: 0.75, text: "b" }]);
});

test("conditions are read, written and evaluated", () => {
  const columns = new Map([["loss", numbers("loss", [0.5, 0.1, NaN])], ["activation", places("activation", ["tanh", "relu"], [0, 1, 1])]]);
  const text = "loss <= 0.2 and activation == relu or loss > 0.4";
  const condition = parsed(text, columns);
  assert.equal(written(condition), text);
  assert.deepEqual([...selected(condition, columns, 3)], [1, 1, 0]);
  assert.deepEqual([...selected(parsed("loss >= -inf", columns), columns, 3)], [1, 1, 0]);
  assert.deepEqual([...selected(parsed("activation != 'tanh'", columns), columns, 3)], [0, 1, 1]);
  assert.match(parsed("los > 1", columns), /no column "los"/);
  assert.match(parsed("loss >", columns), /is not a condition/);
  assert.match(parsed("loss > 0 and", columns), /"loss > 0 and" lacks a comparison/);
  assert.match(parsed("loss < 0,28", columns), /the column loss holds numbers, and "0,28" is none/);
  assert.match(parsed("loss < 0.1 < 0.3", columns), /is more than one comparison/);
  assert.match(parsed("not loss < 0.1", columns), /conditions have no not: turn the comparison loss < 0.1 around/);
  assert.match(parsed("(loss < 0.1)", columns), /conditions have no parentheses/);
});

test("a brush is a condition, open where it reaches an edge", () => {
  const x = numbers("x", [0, 5, 10]);
  const y = places("activation", ["tanh", "relu", "sine"], [0, 1, 2]);
  const [across, up] = [fitted(x.values, everything, []), fitted(y.values, everything, y.names)];
  const all = condition([x, across, -0.1, 1.1], [y, up, -0.1, 1.1]);
  assert.equal(written(all), "net >= 0");
  const one = condition([x, across, across.unit(4), 1], [y, up, 0.4, 0.6]);
  assert.equal(written(one), "x >= 4 and activation == relu");
  const two = condition([x, across, 0, 1], [y, up, 0.4, 1]);
  assert.equal(written(two), "activation == relu or activation == sine");
  assert.deepEqual(condition([x, across, 0, 1], [y, up, 0.6, 0.7]), []);
  const gap = numbers("gap", [1, NaN, 3]);
  assert.equal(written(condition([gap, fitted(gap.values, everything, []), 0, 1], [x, across, 0, 1])), "gap >= -inf");
});

test("the state lives in the fragment", () => {
  assert.equal(read("#section-2").size, 0);
  const where = "loss <= 0.2 and activation == 'a b&c'";
  const state = new Map([["x", "weight_norm"], ["where", where], ["pin", ""]]);
  assert.deepEqual(read(write(state)), new Map([["x", "weight_norm"], ["where", where]]));
  const page = { location: { hash: "#x=a", pathname: "/r.html", search: "" }, history: { replaceState: (_, __, url) => (page.url = url) } };
  const kept = new PageState(page);
  assert.equal(kept.get("x"), "a");
  kept.set("pin", "17");
  assert.equal(page.url, "#x=a&pin=17");
  kept.set("pin", "");
  kept.set("x", "");
  assert.equal(page.url, "/r.html");
});

test("rows are sorted, those without a value last", () => {
  const column = numbers("loss", [3, NaN, 1, 2]);
  assert.deepEqual(ordered([0, 1, 2, 3], column, false), [2, 3, 0, 1]);
  assert.deepEqual(ordered([0, 1, 2, 3], column, true), [0, 3, 2, 1]);
  assert.deepEqual([cell(column, 1), cell(column, 0)], ["", "3"]);
});

test("a histogram counts what is chosen and what is beyond", () => {
  const column = numbers("x", [0, 1, 1, 2, NaN, 1e34]);
  const axis = { kind: "linear", low: 0, high: 2, unit: (value) => value / 2, value: (at) => 2 * at, ticks: [] };
  assert.deepEqual(binned(column, axis, null, 2), { all: [1, 3], chosen: [1, 3], beyond: 1 });
  assert.deepEqual(binned(column, axis, Uint8Array.of(1, 0, 1, 0, 0, 0), 2).chosen, [1, 1]);
});

test("settings are read with six digits, and compared with all", () => {
  assert.deepEqual(["15.8489319246112", "0.1", "1e-10", "16x16", "1234567", "", "0.30000000000000004"].map(brief), ["15.8489", "0.1", "1e-10", "16x16", "1234567", "", "0.3"]);
  const rate = places("rate", ["15.8489319246112"], [0]);
  assert.deepEqual([cell(rate, 0), rate.exact(0)], ["15.8489", "15.8489319246112"]);
});

test("colours end where the values do, and a key of few values has a colour for each", () => {
  const palette = { categories: ["a", "b", "c"], ramp: ["low", "middle", "high"] };
  const across = { column: numbers("x", [0, 1]), axis: fitted([0, 1], everything, []) };
  const of = (column) => new Scatter(across, across, { column, axis: fitted(column.values, everything, column.ordered ? [] : column.names) }, palette, column.values.length);
  const loss = of(numbers("loss", [0.1, 0.5, 0.9]));
  assert.deepEqual([...loss.colors], ["low", "middle", "high"]);
  const { first, last } = loss.sides.color.axis;
  assert.deepEqual([shown(first), shown(last)], ["0.1", "0.9"]);
  assert.deepEqual(of(places("fold", ["0", "1", "2"], [2, 0, 3])).colors, ["c", "a", ""]);
  assert.deepEqual(of(numbers("same", [3, 3])).colors, ["low", "low"]);
  const many = Array.from({ length: 9 }, (_, place) => String(place));
  assert.ok(!discrete(places("rate", many, [0])) && discrete(places("rate", many.slice(1), [0])));
});

test("bands without a width are those of one network, and are left out", () => {
  const singles = (values) => base64(Float32Array.from(values));
  const range = (name, upper) => ({ name, lower: singles([0.7, 0.5]), upper: singles(upper) });
  const stored = { name: "train", color: "#0060a0", shift: 0, at: { kind: "u8", data: "" }, values: singles([0.7, 0.5]), heights: singles([1, 0]) };
  assert.deepEqual(reading(curveOf({ ...stored, ranges: [range("25–75 %", [0.7, 0.5])] }, 2), 1).ranges, []);
  assert.deepEqual(reading(curveOf({ ...stored, ranges: [range("25–75 %", [0.7, 0.6])] }, 2), 0).ranges, ["25–75 %: 0.7 to 0.7"]);
});

test("cells of a map have their networks", () => {
  const map = { columns: ["0.1", "1"], rows: ["a", "b", "c"], rows_differ: true, seeds: 3 };
  assert.equal(network(map, 0, 0, 1), 3);
  assert.equal(network(map, 1, 2, 1), (6 + 5) * 3);
  assert.equal(network({ ...map, rows_differ: false }, 1, 2, 1), (2 + 1) * 3);
  assert.equal(found([[0.1, 0.5], [0.5, 0.9]], 0.5), 1);
  assert.equal(found([[0.1, 0.5]], 0.95), -1);
});

test("the nearest place is found", () => {
  assert.deepEqual([-1, 0, 4, 6, 20, 1e9].map((wanted) => nearest([0, 10, 20], wanted)), [0, 0, 0, 1, 2, 2]);
  assert.equal(nearest([], 3), -1);
  assert.equal(nearest([7], 3), 0);
});

test("a curve tells its value and ranges at its own nearest place", () => {
  const singles = (values) => base64(Float32Array.from(values));
  const at = { kind: "u8", names: ["0", "2"], data: base64(Uint8Array.of(0, 1)) };
  const stored = { name: "train", color: "#0060a0", shift: 0, values: singles([0.7, 0.25]), heights: singles([1, 0]), ranges: [{ name: "25–75 %", lower: singles([0.6, NaN]), upper: singles([0.8, NaN]) }] };
  const curve = curveOf({ ...stored, at }, 3);
  assert.deepEqual(reading(curve, 0), { index: 0, own: 0, value: "0.7", ranges: ["25–75 %: 0.6 to 0.8"] });
  assert.deepEqual(reading(curve, 2), { index: 1, own: 2, value: "0.25", ranges: [] });
  assert.equal(reading(curve, 1).own, 0);
  const everywhere = curveOf({ ...stored, at: { kind: "u8", data: "" } }, 2);
  assert.deepEqual([...everywhere.at], [0, 1]);
});

test("a cursor is shared, and its pinned place is in the address", () => {
  const page = { location: { hash: "#step=64", pathname: "/r.html", search: "" }, history: { replaceState: (_, __, url) => (page.url = url) } };
  const cursor = new Cursor(new PageState(page), "step");
  let told = 0;
  cursor.follow(() => (told += 1));
  assert.equal(cursor.place, 64);
  cursor.move(8);
  assert.equal(cursor.place, 8);
  cursor.move(null);
  assert.equal(cursor.place, 64);
  cursor.pin(0);
  assert.equal(page.url, "#step=0");
  cursor.pin(null);
  assert.deepEqual([cursor.place, page.url, told], [null, "/r.html", 4]);
});

test("frames are joined from the lines that they share", () => {
  assert.equal(joined(["a", "b", "c", "d"], [0, 1, 3, 3]), "a\nb\nd");
  assert.equal(joined(["a"], []), "");
});
