// The npm package's types, and what it says of itself.
import test, { before } from 'node:test';
import { install, place, run, tarballs } from './support/workshop.mjs';

before(install);

for (const config of ['tsconfig.json', 'tsconfig.node16.json']) {
  test(`a strict app compiles with ${config}`, () => {
    place('typescript');
    run(`npx tsc -p ${config}`);
  });
}

for (const file of tarballs) {
  const name = file.split('/').pop();
  test(`publint finds nothing in ${name}`, () => {
    run(`npx publint run --strict ${file}`);
  });
  test(`arethetypeswrong finds nothing in ${name}`, () => {
    run(`npx attw --profile esm-only ${file}`);
  });
}
