// Runs a program that was compiled for wasm32-unknown-unknown: node run.mjs mlp-portable.wasm
import { readFile } from "node:fs/promises";

const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]));
const code = instance.exports.main(0, 0);
console.log(code === 0 ? "the same bits in WebAssembly" : `exit ${code}`);
process.exit(code);
