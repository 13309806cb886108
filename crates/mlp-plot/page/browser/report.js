// Makes small runs with the built `mlp` and tries their reports in a browser, opened from disk: `npm run browser`.
// Screenshots are left in target/page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { folder, launch, mlp, root, run } from "./programs.js";

const shots = join(root, "target/page");
mkdirSync(shots, { recursive: true });
run("population", "moons", "--nets", "40", "--steps", "120", "--sweep", "activation=tanh,relu,sine", "--sweep", "lr=0.1,1,100", "--figures", "svg", "--out", "population");
run("map", "moons", "--x", "lr=0.01,0.1,1,10", "--y", "init_gain=0.5,1,2,4", "--facet", "activation=tanh,relu", "--steps", "30", "--record", "last", "--figures", "svg", "--out", "map");
run("train", "blobs", "--steps", "60", "--figures", "svg", "--out", "one");
run("population", "xor", "--nets", "12", "--steps", "80", "--sweep", "optimizer=sgd,adam", "--figures", "svg", "--out", "cells");
run("map", "moons", "--x", "lr=0.01,0.1,1,10", "--y", "init_gain=0.5,1,2", "--steps", "30", "--record", "0,1,10,30", "--figures", "svg", "--out", "steps");
run("train", "moons", "--steps", "200", "--record", "log:12", "--save-weights", "recorded", "--figures", "svg", "--out", "film");
run("population", "moons", "--nets", "4", "--steps", "5", "--record", "last", "--figures", "svg", "--out", "last");

const browser = await launch();
const failures = [];

/**
 * A page of a report, which may say nothing on the console and ask for nothing but itself.
 */
async function opened(name, { width = 1200, height = 900, dark = false, hash = "" } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height, deviceScaleFactor: width < 500 ? 2 : 1, isMobile: width < 500, hasTouch: width < 500 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  const file = pathToFileURL(join(folder, name, "report.html")).href;
  page.on("console", (message) => failures.push(`${name}: console: ${message.text()}`));
  page.on("pageerror", (error) => failures.push(`${name}: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(file) && !url.startsWith("data:")) failures.push(`${name}: asks for ${url}`);
  });
  await page.goto(file + hash);
  return page;
}

const text = (page, selector) => page.$eval(selector, (element) => element.textContent);
const fragment = (page) => page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
const box = async (page, selector) => {
  const element = await page.$(selector);
  await element.evaluate((element) => element.scrollIntoView({ block: "center" }));
  return element.boundingBox();
};

async function check(name, test) {
  try {
    await test();
    console.log(`ok   ${name}`);
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
    console.log(`FAIL ${name}\n     ${error.stack}`);
  }
}

/** How many marks of the cursor do not lie on a drawn curve. */
const astray = (page) => page.$$eval("figure.curves .mark:not([hidden])", (marks) => marks.filter((mark) => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  const svg = mark.parentElement.querySelector("svg");
  if (width === 0) return false;
  const at = new DOMPoint(left + width / 2, top + height / 2).matrixTransform(svg.getScreenCTM().inverse());
  const points = [...svg.querySelectorAll("polyline")].flatMap((line) => [...line.points]);
  return Math.min(...points.map(({ x, y }) => Math.hypot(x - at.x, y - at.y))) > 1.5;
}).length);

/** Where the marks are: the ring of the network that the pointer finds when it sweeps the picture. */
async function findNetwork(page) {
  const { x, y, width, height } = await box(page, ".networks canvas");
  for (let down = 0.3; down < 0.9; down += 0.03) {
    for (let across = 0.15; across < 0.95; across += 0.02) {
      const at = [x + across * width, y + down * height];
      await page.mouse.move(...at);
      if ((await text(page, ".networks .told")).startsWith("Network ")) return at;
    }
  }
  throw new Error("no network is under the pointer");
}

await check("a network answers under the pointer, is pinned by a click and let go", async () => {
  const page = await opened("population");
  const at = await findNetwork(page);
  const told = await text(page, ".networks .told");
  assert.match(told, /^Network \d+, (completed|diverged|stopped).*activation (tanh|relu|sine).*learning rate (0\.1|1|100).*weight norm/);
  await page.mouse.click(...at);
  const net = told.match(/^Network (\d+)/)[1];
  assert.equal(await text(page, ".networks .pin code"), `mlp replay population ${net}`);
  assert.equal((await fragment(page)).pin, net);
  await page.click(".networks .pin p button");
  assert.equal((await fragment(page)).pin, undefined);
  await page.close();
});

await check("arrow keys go from network to network, Enter pins, Shift grows a selection, Escape clears", async () => {
  const page = await opened("population");
  await page.focus(".networks canvas");
  const seen = new Set();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"]) {
    await page.keyboard.press(key);
    seen.add((await text(page, ".networks .told")).match(/^Network (\d+)/)[1]);
  }
  assert.ok(seen.size >= 3, [...seen].join());
  await page.keyboard.press("Enter");
  assert.match(await text(page, ".networks .pin code"), /^mlp replay population \d+$/);
  await page.keyboard.down("Shift");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.up("Shift");
  assert.match((await fragment(page)).where, /weight_norm .* and .*bias_norm/);
  await page.keyboard.press("Escape");
  assert.deepEqual(await fragment(page), {});
  await page.close();
});

let brushed = "";
await check("dragging selects in the scatter, the histogram, the table and as a condition; Shift adds", async () => {
  const page = await opened("population");
  const { x, y, width, height } = await box(page, ".networks canvas");
  const drag = async (from, to) => {
    await page.mouse.move(x + from[0] * width, y + from[1] * height);
    await page.mouse.down();
    await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 4 });
    await page.mouse.up();
  };
  const bars = () => page.$eval(".networks canvas:not([tabindex])", (canvas) => canvas.toDataURL());
  const before = await bars();
  await drag([0.1, 0.3], [0.5, 0.93]);
  const first = (await fragment(page)).where;
  assert.notEqual(await bars(), before);
  const chosen = () => page.$$eval(".networks .told", (all) => Number(all[1].textContent.match(/^(\d+) of 360/)[1]));
  const count = await chosen();
  assert.ok(count > 0 && count < 360, `${count}`);
  assert.match(await text(page, ".sheet caption"), new RegExp(count > 200 ? `of ${count} ` : `^${count} networks`));
  const lines = await page.$$eval(".networks .line code", (all) => all.map((line) => line.textContent));
  assert.deepEqual(lines, [`mlp replay population --where '${first}'`, `mlp analyze population --where '${first}'`]);
  // The command finds as many.
  brushed = first;
  const found = (where) => {
    const told = execFileSync(mlp, ["analyze", "population", "--where", where, "--figures", "none", "--json"], { cwd: folder, encoding: "utf8" });
    return JSON.parse(told).networks;
  };
  assert.equal(found(first), count);
  await page.keyboard.down("Shift");
  await drag([0.55, 0.15], [0.95, 0.5]);
  await page.keyboard.up("Shift");
  const both = (await fragment(page)).where;
  assert.ok(both.startsWith(`${first} or `), both);
  assert.ok((await chosen()) > count);
  assert.equal(found(both), await chosen());
  await page.screenshot({ path: join(shots, "brush.png") });
  await page.close();
});

await check("what was typed is a selection, and what is none is refused", async () => {
  const page = await opened("population");
  const type = async (condition) => {
    await page.$eval(".where input", (input) => (input.value = ""));
    await page.type(".where input", condition);
    await page.keyboard.press("Enter");
  };
  await type("activation == relu and learning_rate == 100");
  assert.match(await text(page, ".sheet caption"), /^40 networks/);
  await type("activaton == relu");
  assert.match(await text(page, ".fault"), /there is no column "activaton"/);
  await page.close();
});

await check("the table sorts both ways by a click on its head", async () => {
  const page = await opened("population");
  const values = () => page.$$eval(".sheet tbody tr", (rows) => rows.slice(0, 20).map((row) => Number(row.cells[row.cells.length - 1].textContent)));
  const head = () => page.$$(".sheet thead button").then((all) => all[all.length - 1]);
  await (await head()).click();
  const rising = await values();
  assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
  await (await head()).click();
  const falling = await values();
  assert.deepEqual(falling, [...falling].sort((a, b) => b - a));
  assert.match((await fragment(page)).sort, /^-/);
  await page.close();
});

await check("the state in the address is restored", async () => {
  const hash = `#${new URLSearchParams({ x: "train_loss", y: "weight_norm", color: "test_accuracy", where: brushed, pin: "17", sort: "-train_loss" })}`;
  const page = await opened("population", { hash });
  const chosen = await page.$$eval(".choices select", (all) => all.map((select) => select.value));
  assert.deepEqual(chosen.slice(0, 3), ["train_loss", "weight_norm", "test_accuracy"]);
  assert.equal(await page.$eval(".where input", (input) => input.value), brushed);
  assert.equal(await text(page, ".networks .pin code"), "mlp replay population 17");
  assert.match(await text(page, ".sheet caption"), /by train loss, largest first/);
  await box(page, ".networks canvas");
  await page.screenshot({ path: join(shots, "restored.png") });
  await page.close();
});

await check("a cell answers under the pointer and under arrow keys, and is pinned", async () => {
  const page = await opened("map");
  const { x, y, width, height } = await box(page, "figure.cells .drawing.broad");
  const told = () => text(page, "figure.cells .told");
  let at = null;
  for (let across = 0.1; across < 0.5 && !at; across += 0.05) {
    await page.mouse.move(x + across * width, y + 0.5 * height);
    if (/learning_rate = /.test(await told())) at = [x + across * width, y + 0.5 * height];
  }
  assert.match(await told(), /activation = tanh, .*learning_rate = .*, .*init_gain = .*: .* (\d|n\/a).*\(network \d+\)/);
  await page.mouse.click(...at);
  assert.match(await text(page, "figure.cells .pin code"), /^mlp replay map \d+$/);
  assert.match((await fragment(page)).cell, /^\d+$/);
  await page.focus("figure.cells .picture");
  const before = await told();
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await told(), before);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.screenshot({ path: join(shots, "map.png") });
  await page.close();
});

await check("curves tell step, value and whose it is under the pointer; all figures over steps share the cursor, a click pins it", async () => {
  const page = await opened("one");
  const figures = await page.$$("figure.curves");
  assert.ok(figures.length >= 2, `${figures.length} figures of curves`);
  const told = (figure) => figure.$eval(".told span", (element) => element.textContent);
  const head = (figure) => figure.$eval(".readout th", (element) => element.textContent);
  assert.equal(await head(figures[0]), "step 60");
  assert.match(await told(figures[0]), /^Point at the curves/);
  const { x, y, width, height } = await box(page, "figure.curves .drawing.broad");
  await page.mouse.move(x + 0.5 * width, y + 0.3 * height);
  assert.match(await told(figures[0]), /^step \d+: loss, (train|test) [\d.e-]+\.$/);
  const step = await head(figures[0]);
  assert.ok(step !== "step 60" && step === (await head(figures[1])), step);
  const shown = (figure, selector) => figure.$$eval(`.drawing.broad ${selector}:not([hidden])`, (all) => all.length);
  assert.ok((await shown(figures[1], ".at")) >= 2 && (await shown(figures[1], ".mark")) >= 4);
  assert.equal(await astray(page), 0, "marks beside their curves");
  await page.mouse.click(x + 0.5 * width, y + 0.3 * height);
  assert.equal(`step ${(await fragment(page)).step}`, step);
  await page.mouse.move(x + 2, y + 2);
  assert.equal(await head(figures[1]), step);
  assert.match(await told(figures[0]), /Pinned\.$/);
  await page.screenshot({ path: join(shots, "curves.png"), fullPage: true });
  await page.click("figure.curves .told button");
  assert.deepEqual(await fragment(page), {});
  assert.equal(await head(figures[1]), "step 60");
  await page.close();
});

await check("arrow keys go along the curves and from curve to curve, Enter pins, Escape lets go", async () => {
  const page = await opened("cells");
  const told = () => text(page, "figure.curves .told span");
  await page.focus("figure.curves .picture");
  await page.keyboard.press("Home");
  const first = await told();
  assert.match(first, /^step 0: .*(sgd|adam).* 25–75 %: [\d.e-]+ to [\d.e-]+.*\.$/);
  await page.keyboard.press("ArrowRight");
  assert.match(await told(), /^step 1: /);
  await page.keyboard.press("ArrowDown");
  const other = await told();
  assert.ok(other.startsWith("step 1: ") && other !== first, other);
  await page.keyboard.press("Enter");
  assert.equal((await fragment(page)).step, "1");
  await page.screenshot({ path: join(shots, "cells.png"), fullPage: true });
  await page.keyboard.press("Escape");
  assert.deepEqual(await fragment(page), {});
  await page.close();
  const again = await opened("cells", { hash: "#step=8" });
  for (const [width, media] of [[1200, "screen"], [718, "print"], [390, "screen"]]) {
    await again.setViewport({ width, height: 1046 });
    await again.emulateMediaType(media);
    assert.equal(await astray(again), 0, `marks beside their curves at ${width} pixels, ${media}`);
  }
  await again.emulateMediaType("screen");
  assert.match(await text(again, "figure.curves .told span"), /^step \d+: .*Pinned\.$/);
  assert.equal(await text(again, "figure.curves.pinned .readout th"), "step 8");
  await again.close();
});

await check("a slider shows the networks at earlier steps, where nothing is selected", async () => {
  const page = await opened("population");
  const picture = () => page.$eval(".networks canvas", (canvas) => canvas.toDataURL());
  const last = await picture();
  await page.focus(".networks .slider input");
  await page.keyboard.press("Home");
  assert.equal(await text(page, ".networks .slider output"), "0");
  assert.equal((await fragment(page)).at, "0");
  assert.notEqual(await picture(), last);
  await findNetwork(page);
  assert.match(await text(page, ".networks .told"), /^Network \d+, .*at step 0, .*bias norm 0(,|$)/);
  const { x, y, width, height } = await box(page, ".networks canvas");
  await page.mouse.move(x + 0.2 * width, y + 0.3 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.6 * width, y + 0.8 * height, { steps: 3 });
  await page.mouse.up();
  assert.match(await text(page, ".fault"), /^A selection is of last records/);
  assert.equal((await fragment(page)).where, undefined);
  await page.screenshot({ path: join(shots, "earlier.png") });
  await page.focus(".networks .slider input");
  await page.keyboard.press("End");
  await page.mouse.move(0, 0);
  assert.equal(await picture(), last);
  assert.deepEqual(await fragment(page), {});
  await page.close();
  const again = await opened("population", { hash: "#at=1" });
  assert.equal(await text(again, ".networks .slider output"), "1");
  await again.close();
});

await check("a slider shows a map and its cells at other steps", async () => {
  const page = await opened("steps", { hash: "#cell=5" });
  const pin = () => text(page, "figure.cells .pin p");
  const drawing = () => page.$eval("figure.frames .drawing.broad svg", (svg) => svg.innerHTML);
  const [last, drawn] = [await pin(), await drawing()];
  await page.focus("figure.frames .slider input");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await text(page, "figure.frames .slider output"), "10");
  assert.equal((await fragment(page)).frame, "10");
  assert.notEqual(await pin(), last);
  assert.ok((await drawing()) !== drawn && /at step 10/.test(await drawing()));
  await page.screenshot({ path: join(shots, "map-step.png"), fullPage: true });
  await page.keyboard.press("End");
  assert.deepEqual([await pin(), await drawing(), (await fragment(page)).frame], [last, drawn, undefined]);
  await page.close();
});

await check("a slider shows the boundary at the steps whose parameters were kept", async () => {
  const page = await opened("film", { hash: "#frame=0" });
  assert.equal(await text(page, "figure.frames .slider output"), "0");
  const title = () => page.$eval("figure.frames .drawing.broad svg title", (title) => title.textContent);
  assert.match(await title(), /Decision boundary on moons at step 0/);
  await page.screenshot({ path: join(shots, "film-step.png"), fullPage: true });
  await page.focus("figure.frames .slider input");
  await page.keyboard.press("End");
  assert.equal(await title(), "Decision boundary on moons");
  await page.close();
});

await check("on paper the ring of a pin stays at its network, and the marks of a step are small", async () => {
  const page = await opened("population", { hash: "#pin=5&step=11" });
  // By parts of the picture, which paper makes smaller without drawing it again.
  const [ring, canvas] = await page.$$eval(".networks .ring.pinned, .networks > .canvas canvas", (all) => [all.find((one) => one.matches(".ring")), all.find((one) => one.matches("canvas"))].map((one) => [one.style.left, getComputedStyle(one.parentElement).getPropertyValue("--aspect")]));
  assert.match(ring[0], /%$/);
  assert.ok(Number(canvas[1]) > 1, canvas[1]);
  await page.emulateMediaType("print");
  const sizes = await page.$$eval("figure.curves .mark:not([hidden])", (all) => all.map((mark) => mark.getBoundingClientRect().width));
  assert.ok(sizes.length > 0 && sizes.every((size) => size <= 5), sizes.join());
  await page.close();
});

await check("what has no meaning in the address is said", async () => {
  const page = await opened("population", { hash: "#where=test_accuracy+%3E+0.9+and&pin=777&color=los" });
  const fault = await text(page, ".networks .fault");
  for (const part of ["lacks a comparison", "no network 777", 'no column "los"']) assert.ok(fault.includes(part), fault);
  assert.equal(await page.$eval(".where input", (input) => input.value), "test_accuracy > 0.9 and");
  assert.equal((await page.$$(".networks .line code")).length, 0);
  await page.close();
});

await check("where a run has one step there is no slider", async () => {
  for (const name of ["map", "one", "last"]) {
    const page = await opened(name);
    assert.equal((await page.$$(".slider")).length, 0, name);
    await page.close();
  }
});

await check("long tables are folded, and open by keyboard", async () => {
  const page = await opened("population");
  const folds = await page.$$eval("details.table", (all) => all.map((fold) => [fold.open, fold.querySelectorAll("tbody tr").length]));
  assert.ok(folds.length > 0 && folds.every(([open]) => !open));
  const rows = await page.$$eval(".wide:not(.sheet) tbody", (all) => all.filter((body) => !body.closest("details")).map((body) => body.rows.length));
  assert.ok(rows.every((count) => count <= 20), rows.join());
  await page.focus("details.table summary");
  await page.keyboard.press("Enter");
  assert.ok(await page.$eval("details.table", (fold) => fold.open));
  await page.close();
});

for (const name of ["population", "map", "one", "cells", "steps", "film"]) {
  await check(`${name}: dark figures on a dark page`, async () => {
    const page = await opened(name, { dark: true });
    const light = await page.$$eval(".drawing.broad svg > rect, .drawing.any svg > rect, .networks canvas", (all) =>
      all.filter((element) => {
        const fill = element.tagName === "CANVAS" ? [...element.getContext("2d").getImageData(2, 2, 1, 1).data].slice(0, 3).join() : getComputedStyle(element).fill.replace(/[^\d,]/g, "");
        return (element.tagName === "CANVAS" || element.getAttribute("width") === "100%") && fill !== "24,25,28";
      }).length);
    assert.equal(light, 0);
    await page.screenshot({ path: join(shots, `${name}-dark.png`), fullPage: true });
    await page.close();
  });
  await check(`${name}: 390 pixels without a cut, texts of at least 10`, async () => {
    const page = await opened(name, { width: 390, height: 844 });
    const [wide, small] = await page.evaluate(() => {
      const texts = [...document.querySelectorAll("svg text")].filter((text) => text.getClientRects().length > 0);
      const sizes = texts.map((text) => {
        const svg = text.ownerSVGElement;
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return [parseFloat(getComputedStyle(text).fontSize) * scale, text.textContent];
      });
      for (const element of document.querySelectorAll("main *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
        if (own && !element.closest("svg") && element.getClientRects().length > 0) sizes.push([parseFloat(getComputedStyle(element).fontSize), element.textContent]);
      }
      return [document.documentElement.scrollWidth, sizes.filter(([size]) => size < 9.99)];
    });
    const cut = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && !element.closest(".wide, pre, svg") && (left < -0.5 || right > innerWidth + 0.5);
    }).map((element) => element.outerHTML.slice(0, 80)));
    assert.deepEqual(cut, []);
    assert.ok(wide <= 390, `${wide} wide`);
    assert.deepEqual(small, []);
    await page.screenshot({ path: join(shots, `${name}-phone.png`), fullPage: true });
    await page.close();
  });
  await check(`${name}: pictures have names, and what scrolls or answers is reached by the keyboard`, async () => {
    const page = await opened(name);
    const unnamed = await page.evaluate(() => {
      const named = (element) => element.getAttribute("aria-label") || element.querySelector("title")?.textContent || element.closest("label") || element.textContent.trim();
      return [...document.querySelectorAll("svg[role=img], canvas, button, select, input, [role=region], [role=application]")].filter((element) => !named(element)).map((element) => element.outerHTML.slice(0, 80));
    });
    assert.deepEqual(unnamed, []);
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    await page.close();
  });
  await check(`${name}: printed, two figures a page or a tall one, and nothing is cut`, async () => {
    const page = await opened(name);
    // A4 without margins of a centimetre.
    await page.setViewport({ width: 718, height: 1046 });
    await page.emulateMediaType("print");
    const high = await page.$$eval("figure:not(:has(.tall)), .networks > .canvas", (all) => all.map((figure) => [figure.getBoundingClientRect().height, figure.textContent.trim().slice(0, 60)]));
    assert.deepEqual(high.filter(([height]) => height > 523), []);
    const tall = await page.$$eval(".picture.tall .drawing", (all) => all.map((drawing) => drawing.getBoundingClientRect()).filter(({ width, height }) => width > 0 && (height > 800 || width < 400)).length);
    assert.equal(tall, 0, "a figure that is too high or too small");
    const cut = await page.$$eval("main *", (all) => all.filter((element) => !element.closest("svg") && element.getBoundingClientRect().right > innerWidth + 0.5).map((element) => element.outerHTML.slice(0, 80)));
    assert.deepEqual(cut, []);
    const shown = await page.$$eval(".slider, .told button", (all) => all.filter((element) => element.getClientRects().length > 0).length);
    assert.equal(shown, 0, "what cannot be used on paper");
    await page.emulateMediaType(null);
    await page.pdf({ path: join(shots, `${name}.pdf`), format: "A4" });
    await page.close();
  });
}

await browser.close();
rmSync(folder, { recursive: true, force: true });
if (failures.length > 0) {
  console.error(`\n${failures.length} failures:\n${failures.join("\n")}`);
  process.exit(1);
}
