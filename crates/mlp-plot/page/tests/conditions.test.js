// The same conditions select the same networks as on the command line.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decoded } from "../modules/columns.js";
import { parsed, selected } from "../modules/condition.js";

const base64 = (array) => Buffer.from(array.buffer).toString("base64");
const column = (name, kind, array, names) => [name, decoded({ name, label: name, key: false, kind, names, data: base64(array) })];

test("conditions select what the command selects", () => {
  const columns = new Map([
    column("net", "u32", Uint32Array.of(0, 1, 2, 3)),
    column("status", "u8", Uint8Array.of(0, 1, 0, 2), ["completed", "diverged", "stopped"]),
    column("test_accuracy", "u8", Uint8Array.of(0, 1, 3, 2), ["0.5", "0.9", "0.95"]),
    column("exploded", "u8", Uint8Array.of(0, 1, 0, 0), ["false", "true"]),
  ]);
  const cases = readFileSync(new URL("../../../mlp-train/src/analysis/conditions.txt", import.meta.url), "utf8");
  for (const line of cases.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, condition, expected] = /** @type {RegExpExecArray} */ (/^(.*)\|(.*)$/.exec(line));
    const found = parsed(condition, columns);
    const rows = typeof found === "string" ? "-" : [...selected(found, columns, 4)].flatMap((one, row) => (one ? [row] : [])).join(" ");
    assert.equal(rows, expected.trim(), condition);
  }
});
