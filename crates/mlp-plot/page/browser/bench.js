// How large, how slow to open and how slow to answer the report of a large population is: `npm run bench [NETWORKS]`, medians of five.

import { rmSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { folder, launch, run } from "./programs.js";

const TIMES = 5;
const networks = Number(process.argv[2] ?? 10_000);
if (!Number.isInteger(networks) || networks < 10) throw new Error(`NETWORKS is ${process.argv[2]}; give a whole number from 10 on`);
run("population", "moons", "--nets", String(Math.ceil(networks / 2)), "--sweep", "lr=0.1,1", "--steps", "20", "--figures", "svg", "--out", "many");
const file = join(folder, "many", "report.html");
const browser = await launch();

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
// Reading a pixel waits until the picture is drawn.
const flush = () => document.querySelector(".networks canvas").getContext("2d").getImageData(0, 0, 1, 1).data[0];

const times = { open: [], brush: [], step: [] };
let steps = 0;
for (let time = 0; time < TIMES; time++) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1200, height: 900 });
  await page.goto(pathToFileURL(file).href);
  const opened = await page.evaluate(`(() => { const start = performance.now(); (${flush})(); return performance.getEntriesByType("navigation")[0].duration + performance.now() - start; })()`);
  times.open.push(opened);
  const drag = (from, to) => page.evaluate(`(() => {
    const canvas = document.querySelector(".networks canvas");
    const { left, top, width, height } = canvas.getBoundingClientRect();
    canvas.setPointerCapture = () => {};
    const at = ([x, y]) => ({ clientX: left + x * width, clientY: top + y * height, button: 0, pointerId: 1, bubbles: true });
    canvas.dispatchEvent(new PointerEvent("pointerdown", at(${JSON.stringify(from)})));
    canvas.dispatchEvent(new PointerEvent("pointermove", at(${JSON.stringify(to)})));
    const start = performance.now();
    canvas.dispatchEvent(new PointerEvent("pointerup", at(${JSON.stringify(to)})));
    (${flush})();
    return performance.now() - start;
  })()`);
  times.brush.push(await drag([0.2 + 0.02 * time, 0.2], [0.7, 0.8]));
  const slid = await page.evaluate(`(() => {
    const slider = document.querySelector(".networks .slider input");
    if (!slider) return [0, 0];
    // The first turn fits the axes to all steps.
    const turn = (at) => { slider.value = String(at); slider.dispatchEvent(new Event("input")); (${flush})(); };
    turn(0);
    const start = performance.now();
    turn(1);
    return [performance.now() - start, Number(slider.max)];
  })()`);
  times.step.push(slid[0]);
  steps = slid[1];
  await page.close();
}
await browser.close();

const rows = [
  ["file", `${(statSync(file).size / 1e6).toFixed(2)} MB`, "under 5 MB"],
  ["opened and drawn", `${median(times.open).toFixed(0)} ms`, "under 1000 ms"],
  ["a selection repainted", `${median(times.brush).toFixed(0)} ms`, "under 100 ms"],
  [`another of ${steps + 1} steps`, `${median(times.step).toFixed(0)} ms`, "under 100 ms"],
];
console.log(`${networks} networks, ${cpus().length} cores (${cpus()[0].model}), medians of ${TIMES}`);
for (const [what, found, bound] of rows) console.log(`${what.padEnd(24)} ${found.padStart(10)}   ${bound}`);
rmSync(folder, { recursive: true, force: true });
