// The programs that the scripts of this folder need: MLP names the built `mlp` (else the one that was built last), CHROMIUM the
// browser.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const built = ["release", "debug"].map((kind) => join(root, "target", kind, "mlp")).filter(existsSync);
export const mlp = process.env.MLP ?? built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!mlp || !chromium) throw new Error("needs a built mlp (cargo build -p mlp-cli) and chromium");

/** Where runs are made. */
export const folder = mkdtempSync(join(tmpdir(), "mlp-page-"));

/** Runs `mlp` in that folder. */
export const run = (...words) => execFileSync(mlp, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

export const launch = () => puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
