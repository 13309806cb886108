// Makes small runs with the built `mlp` and tries their reports in a browser, opened from disk: `npm run browser`.
// MLP names the program (else the one that was built last), CHROMIUM the browser. Screenshots are left in target/page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const built = ["release", "debug"].map((kind) => join(root, "target", kind, "mlp")).filter(existsSync);
const mlp = process.env.MLP ?? built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!mlp || !chromium) throw new Error("needs a built mlp (cargo build -p mlp-cli) and chromium");
const shots = join(root, "target/page");
mkdirSync(shots, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "mlp-page-"));

const run = (...words) => execFileSync(mlp, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
run("population", "moons", "--nets", "40", "--steps", "120", "--sweep", "activation=tanh,relu,sine", "--sweep", "lr=0.1,1,100", "--figures", "svg", "--out", "population");
run("map", "moons", "--x", "lr=0.01,0.1,1,10", "--y", "init_gain=0.5,1,2,4", "--facet", "activation=tanh,relu", "--steps", "30", "--figures", "svg", "--out", "map");
run("train", "blobs", "--steps", "60", "--figures", "svg", "--out", "one");

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
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

for (const name of ["population", "map", "one"]) {
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
      return [document.documentElement.scrollWidth, sizes.filter(([size]) => size < 9.99)];
    });
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
  await check(`${name}: printed`, async () => {
    const page = await opened(name);
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
