// Runs the samples of every README.md. A fence with code is preceded by a comment that names its test:
//
//   <!-- test: NAME -->              it must run without an error
//   <!-- test: NAME, prints TEXT --> and print a line that contains TEXT
//   <!-- no test: REASON -->         it is not run here
//
// ```js    runs as a module of a page beside the built folder's content; `photo` is a File, the peacock's picture,
//          and what it gives to console.log is what it prints
// ```html  is the body of a page beside the built folder's content and `photo.jpg`, the peacock's picture; what stands in its lists
//          is what it prints
// ```go    is a whole program; it runs as its README tells users: in a folder with `dist` and `peacock.png`, by the
//          commands that begin with "go mod init"
// ```sh    runs in the repository's root, each line by itself; a line that starts a server has to print its address
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { blank } from '../support/library.mjs';
import { dist, peacock, root } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';

const readmes = [
  '.',
  'core',
  'core/simd',
  'tests/engines',
  'wasm/depthwise',
  'wasm/edge',
  'wasm/edge/bulk',
  'web/build',
  'web/mobilenet',
].map((folder) => {
  const path = join(folder, 'README.md');
  return { path, text: readFileSync(join(root, path), 'utf8') };
});

const fence = /(?:<!-- (no )?test: ([^\n]*?)(?:, prints ([^\n]*?))? -->\n\n?)?^```(js|go|sh|html|ts)\n(.*?)^```$/gms;
const samples = readmes.flatMap(({ path, text }) =>
  [...text.matchAll(fence)].map(([, no, name, prints, language, code]) => ({ path, no, name, prints, language, code })),
);

const site = await plainSite({ pages: { '/sample.html': blank } });
after(() => site.close());

/** @type {Record<string, (t: import('node:test').TestContext, code: string) => Promise<string>>} */
const run = { js: runInPage, html: runMarkup, go: runGo, sh: runShell };

test('the READMEs have samples, each named for its test', () => {
  assert.ok(samples.length > 0);
  for (const { path, name, language, code } of samples)
    assert.ok(name, `${path}: no test comment before this ${language} sample:\n${code}`);
});

test('the READMEs link to what is there', () => {
  for (const { path, text } of readmes)
    for (const [, target] of text.replace(/^```.*?^```$/gms, '').matchAll(/\]\(([^)#:]+)\)/g))
      assert.ok(existsSync(join(root, dirname(path), target)), `${path} links to ${target}`);
});

test('README.md is at most 150 lines', () => {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n').length;
  assert.ok(lines <= 150, `${lines} lines`);
});

for (const { path, name, prints, language, code } of samples.filter(({ no }) => !no)) {
  test(`${path}: ${name}`, async (t) => {
    const printed = await run[language](t, code);
    if (prints) assert.ok(printed.includes(prints), `it printed:\n${printed}`);
  });
}

/** @param {import('node:test').TestContext} t @param {string} code */
async function runInPage(t, code) {
  const page = await visit(t, `${site.origin}/sample.html`);
  return page.evaluate(
    async ([code, base64]) => {
      // Kept in the page: what it prints may reach the test after what it returns.
      /** @type {string[]} */
      const lines = [];
      const log = console.log.bind(console);
      console.log = (...said) => {
        log(...said);
        lines.push(said.join(' '));
      };
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      Object.assign(globalThis, { photo: new File([bytes], 'peacock.png', { type: 'image/png' }) });
      const script = Object.assign(document.createElement('script'), { type: 'module' });
      // A module of the page itself, so that its imports are relative to the page, as in a user's own.
      const done = new Promise((resolve, reject) => {
        Object.assign(globalThis, { done: resolve });
        script.onerror = () => reject(new Error('an import failed'));
        addEventListener('error', (event) => reject(event.error));
        addEventListener('unhandledrejection', (event) => reject(event.reason));
      });
      script.textContent = `${code}\n;done();`;
      document.head.append(script);
      await done;
      return lines.join('\n');
    },
    /** @type {const} */ ([code, readFileSync(peacock).toString('base64')]),
  );
}

/** @param {import('node:test').TestContext} t @param {string} code */
async function runMarkup(t, code) {
  site.pages['/photo.jpg'] = readFileSync(peacock);
  site.pages['/markup.html'] = blank + code;
  const page = await visit(t, `${site.origin}/markup.html`);
  await page.getByRole('listitem').first().waitFor();
  return (await page.getByRole('list').allInnerTexts()).join('\n');
}

/** @param {import('node:test').TestContext} t @param {string} code */
async function runGo(t, code) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-readme-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'main.go'), code);
  copyFileSync(peacock, join(folder, 'peacock.png'));
  symlinkSync(dist, join(folder, 'dist'));
  const commands = samples.find((sample) => sample.language === 'sh' && sample.code.includes('go mod init'));
  assert.ok(commands, 'a README says how to run the Go sample');
  const go = (/** @type {string[]} */ ...args) => execFileSync('go', args, { cwd: folder, encoding: 'utf8' });
  let printed = '';
  for (const line of commands.code.trim().split('\n')) {
    const [program, ...args] = line.replace('/path/to/this/folder', root).split(/\s+/);
    assert.equal(program, 'go');
    printed += go(...args);
  }
  go('vet', '.');
  return printed;
}

/** @param {import('node:test').TestContext} t @param {string} code */
async function runShell(t, code) {
  let printed = '';
  for (const line of code.split('\n').filter((line) => line.trim() && !line.startsWith('#'))) {
    printed += await command(t, line);
  }
  return printed;
}

/**
 * Runs one command until it ends, or until it has printed the address of the server that it is.
 * @param {import('node:test').TestContext} t
 * @param {string} line
 * @returns {Promise<string>}
 */
function command(t, line) {
  const child = spawn('sh', ['-c', line], {
    cwd: root,
    detached: true,
    env: { ...process.env, ADDR: 'localhost:0' }, // for make serve: 8080 may be taken
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => {
    try {
      process.kill(-(child.pid ?? 0)); // the whole group: make and what it started
    } catch {
      // it has ended by itself
    }
  });
  let printed = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const address = printed.match(/http:\/\/localhost:\d+\/?/);
        if (address) {
          fetch(address[0]).then(
            ({ status }) => (status === 200 ? resolve(printed) : reject(new Error(`${status}`))),
            reject,
          );
        }
      });
    }
    child.on('exit', (status) =>
      status === 0 ? resolve(printed) : reject(new Error(`${line}: ${status}\n${printed}`)),
    );
  });
}
