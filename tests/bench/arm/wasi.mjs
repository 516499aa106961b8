// Runs a program for WASI that may read all files: node wasi.mjs PROGRAM.wasm ARGUMENTS …
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const args = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args, preopens: { '/': '/' }, returnOnExit: true });
const module = new WebAssembly.Module(readFileSync(args[0] ?? ''));
process.exitCode = wasi.start(new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport }));
