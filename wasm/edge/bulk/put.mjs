// Puts the files of a folder into the bucket of "make edge-dev", their paths as keys: node wasm/edge/bulk/put.mjs FOLDER [ORIGIN [TOKEN]]
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

const [folder, origin = 'http://localhost:8787', token = 'local'] = process.argv.slice(2);
if (!folder) {
  console.error('Which folder? node wasm/edge/bulk/put.mjs FOLDER');
  process.exit(2);
}
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(folder, name)).isFile(),
);
for (const [i, name] of names.entries()) {
  const key = name.split(sep).map(encodeURIComponent).join('/');
  let response;
  try {
    response = await fetch(`${origin}/dev/objects/${key}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token}` },
      body: readFileSync(join(folder, name)),
    });
  } catch {
    console.error(`Nobody answers at ${origin}: run "make edge-dev" first`);
    process.exit(1);
  }
  if (!response.ok) {
    console.error(`${name}: ${origin} answers with status ${response.status}`);
    process.exit(1);
  }
  if (process.stdout.isTTY) process.stdout.write(`\r${i + 1} of ${names.length}`);
}
console.log(`${process.stdout.isTTY ? '\r' : ''}${names.length} files put in`);
