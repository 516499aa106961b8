// Prints what is wrong with the WebAssembly module given on standard input, or nothing.
import { readFileSync } from 'node:fs';

try {
  new WebAssembly.Module(readFileSync(0));
} catch (e) {
  console.log(String(e));
}
