// What is in the npm packages, and what an app gets of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test, { before } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dist, root } from '../support/paths.mjs';
import { text as readme } from './support/lines.mjs';
import { install, place, run, tarballs, workshop } from './support/workshop.mjs';

before(install);

/** Finds packages as an app does. */
const require = createRequire(join(workshop, 'app.js'));

const manifestOf = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(workshop, 'node_modules', name, 'package.json'), 'utf8'));

test('the library needs the model’s package alone, in its own version; nothing runs at the install', () => {
  const library = manifestOf('depthwise');
  const model = manifestOf('@depthwise/mobilenet-v1');
  assert.deepEqual(library.dependencies, { '@depthwise/mobilenet-v1': library.version });
  assert.equal(model.version, library.version);
  assert.equal(model.dependencies, undefined);
  for (const { scripts } of [library, model]) assert.equal(scripts, undefined);
  const bill = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8'));
  assert.equal(bill.metadata.component.version, library.version);
});

test('every file that the exports name is there, with what people look for', () => {
  for (const name of ['depthwise', '@depthwise/mobilenet-v1']) {
    const folder = join(workshop, 'node_modules', name);
    const targets = JSON.stringify(manifestOf(name).exports).match(/\.\/[^"]+\.[a-z]+/g) ?? [];
    assert.ok(targets.length > 2);
    for (const file of [...targets, 'README.md', 'LICENSE', 'NOTICE.txt'])
      assert.ok(existsSync(join(folder, file)), file);
  }
  assert.ok(existsSync(join(workshop, 'node_modules/depthwise/CHANGELOG.md')));
});

/** That files are small together, each gzipped; gives the bytes. @param {import('node:test').TestContext} t @param {string[]} files */
function assertSmall(t, files) {
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  t.diagnostic(`${bytes} bytes in ${files.length} files`);
  assert.ok(bytes <= 12_000, `${bytes} bytes`);
  return bytes;
}

for (const entry of ['depthwise', 'depthwise/core']) {
  test(`before load() is called, ${entry} costs an app at most 12 KB of gzipped JavaScript`, (t) => {
    place('esbuild');
    writeFileSync(join(workshop, 'import.js'), `import { load } from '${entry}'; globalThis.load = load;`);
    run('npx esbuild import.js --bundle --minify --format=esm --splitting --outdir=dist --metafile=meta.json');
    /** @type {Record<string, {imports: {path: string, kind: string}[]}>} */
    const outputs = JSON.parse(readFileSync(join(workshop, 'meta.json'), 'utf8')).outputs;
    const files = new Set(['dist/import.js']);
    for (const file of files) {
      for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') files.add(path);
    }
    const bytes = assertSmall(
      t,
      [...files].map((file) => join(workshop, file)),
    );
    assert.ok(Object.keys(outputs).length > files.size, 'the rest comes later');
    if (entry === 'depthwise')
      assert.match(readme, new RegExp(`the \\x60import\\x60 costs ${Math.round(bytes / 1000)} KB`));
  });

  test(`${entry} costs no more than that where no tool bundles it`, (t) => {
    const files = new Set([require.resolve(entry).replace('/node/', '/')]);
    for (const file of files) {
      for (const [, path] of readFileSync(file, 'utf8').matchAll(/\b(?:from|import) ?"([^"]+)"/g)) {
        files.add(path.startsWith('.') ? join(file, '..', path) : require.resolve(path));
      }
    }
    assert.ok(files.size > 2);
    assertSmall(t, [...files]);
  });
}

test('building again gives the same bytes', (t) => {
  const again = mkdtempSync(join(tmpdir(), 'depthwise-again-'));
  t.after(() => rmSync(again, { recursive: true }));
  cpSync(join(dist, 'models'), join(again, 'models'), { recursive: true });
  execFileSync('go', ['run', './web/build', '--npm', '--out', again], { cwd: root, stdio: 'pipe' });
  assert.equal(readdirSync(join(again, 'npm')).length, tarballs.length);
  for (const file of tarballs) {
    assert.ok(readFileSync(file).equals(readFileSync(join(again, 'npm', basename(file)))), `${basename(file)} differs`);
  }
});
