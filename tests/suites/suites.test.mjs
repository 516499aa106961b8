// That run.mjs says what suites came to, and ends as they did: suites that pass, fail, skip, crash and run nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const [runner, reporter] = ['run.mjs', 'reporter.mjs'].map((name) => fileURLToPath(new URL(name, import.meta.url)));
const node = `node --test --test-reporter=${reporter}`;

/**
 * Runs suites of a folder with these files.
 * @param {import('node:test').TestContext} t
 * @param {string[]} suites
 * @param {Record<string, string>} files
 */
function run(t, suites, files) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-suites-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  // Node.js would take the tests within for part of this one, and make would hand them the flags of the make around.
  const { NODE_TEST_CONTEXT, TEST_COUNTS, MAKEFLAGS, MAKELEVEL, MFLAGS, ...env } = process.env;
  const { status, stdout } = spawnSync('node', [runner, ...suites], { cwd: folder, env, encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  const summary = lines.slice(lines.lastIndexOf('', lines.length - 3) + 1).map((line) => line.replace(/, \d+ s$/, ''));
  return { status, stdout, summary };
}

const passes = `import test from 'node:test'; test('passes', () => {});`;

test('Suites that pass', (t) => {
  const { status, summary } = run(t, ['one', 'two'], {
    Makefile: `test-one:\n\t@${node} one.test.mjs\ntest-two:\n\t@${node} two.test.mjs\n`,
    'one.test.mjs': passes,
    'two.test.mjs': `${passes} for (const i of [1, 2]) test('skipped', { skip: 'no camera here' }, () => {});
      test('skipped too', (t) => t.skip());`,
  });
  assert.deepEqual(summary, [
    'one: 1 passed, 0 failed, 0 skipped',
    'two: 1 passed, 0 failed, 3 skipped (2: no camera here; 1: no reason given)',
    '',
    'total: 2 passed, 0 failed, 3 skipped',
  ]);
  assert.equal(status, 0);
});

test('One that fails is named first, and the others run all the same', (t) => {
  const { status, summary, stdout } = run(t, ['fails', 'passes'], {
    Makefile: `test-fails:\n\t@${node} a.test.mjs b.test.mjs\ntest-passes:\n\t@${node} passes.test.mjs\n`,
    'a.test.mjs': passes,
    'b.test.mjs': `import test from 'node:test';
      test('around', async (t) => {
        await t.test('within', () => { throw new Error('why it failed'); });
        await t.test('beside', () => {});
      });`,
    'passes.test.mjs': passes,
  });
  assert.deepEqual(summary, [
    'FAILED fails: 2 passed, 2 failed, 0 skipped',
    '    b.test.mjs: around: within',
    'passes: 1 passed, 0 failed, 0 skipped',
    '',
    'total: 3 passed, 2 failed, 0 skipped',
  ]);
  assert.equal(status, 1);
  assert.match(stdout, /why it failed/);
});

test('One that crashes, runs nothing or cannot be made has failed', (t) => {
  const { status, summary } = run(t, ['killed', 'exits', 'silent', 'empty', 'none', 'unmade', 'absent'], {
    Makefile: `
test-killed:
	@${node} killed.test.mjs
test-exits:
	@${node} exits.test.mjs
test-silent:
	@${node} silent.test.mjs
test-empty:
	@${node} empty.test.mjs
test-none:
	@echo tests nothing
test-unmade: nowhere
	@${node} killed.test.mjs
`,
    'killed.test.mjs': `${passes} process.kill(process.ppid, 'SIGKILL');`, // node --test itself
    'exits.test.mjs': `import test from 'node:test'; test('exits', () => process.exit(3));`,
    'silent.test.mjs': `import test from 'node:test'; test('exits', () => process.exit(0));`,
    'empty.test.mjs': '',
  });
  assert.deepEqual(summary, [
    'FAILED killed: 0 passed, 1 failed, 0 skipped',
    '    make test-killed ended with 2, and no test had failed by then',
    'FAILED exits: 0 passed, 1 failed, 0 skipped',
    '    exits.test.mjs: ended before its tests had',
    'FAILED silent: 0 passed, 1 failed, 0 skipped',
    '    silent.test.mjs: no test ran',
    'FAILED empty: 0 passed, 1 failed, 0 skipped',
    '    empty.test.mjs: no test ran',
    'FAILED none: 0 passed, 1 failed, 0 skipped',
    '    no test ran',
    'FAILED unmade: 0 passed, 1 failed, 0 skipped',
    '    make test-unmade ended with 2, and no test had failed by then',
    'FAILED absent: 0 passed, 1 failed, 0 skipped',
    '    make test-absent ended with 2, and no test had failed by then',
    '',
    'total: 0 passed, 7 failed, 0 skipped',
  ]);
  assert.equal(status, 1);
});

test("go test's", (t) => {
  const go = (/** @type {string} */ body) => `package p\nimport "testing"\n${body}\n`;
  const { status, summary, stdout } = run(t, ['go'], {
    Makefile: 'test-go:\n\tgo test -p 1 $(GO_TEST_FLAGS) ./...\n',
    'go.mod': 'module example.test\n',
    'builds/not_test.go': go('func TestNothing(t *testing.T) { nothing }'),
    'crashes/crashes_test.go': go('func TestPanics(t *testing.T) { panic("what it died of") }'),
    'dies/dies_test.go': go('import "os"\nfunc TestDies(t *testing.T) { os.Exit(3) }'),
    'exits/exits_test.go': `package p\nimport ("os"; "testing")\nfunc TestMain(m *testing.M) { m.Run(); os.Exit(1) }
      func TestWell(t *testing.T) {}\n`,
    'fails/fails_test.go': go(`
      func TestAround(t *testing.T) {
        t.Run("within", func(t *testing.T) { t.Error("why it failed") })
        t.Run("beside", func(t *testing.T) { t.Log("nobody has asked") })
      }
      func TestSkipped(t *testing.T) { t.Log("by the way"); t.Skip("no camera here") }`),
    'passes/passes_test.go': go('func TestWell(t *testing.T) {}'),
    'without/without.go': 'package without\n',
  });
  assert.deepEqual(summary, [
    'FAILED go: 3 passed, 6 failed, 1 skipped (1: no camera here)',
    '    example.test/builds: it does not build',
    '    example.test/crashes: TestPanics',
    '    example.test/dies: TestDies did not end',
    '    example.test/exits: failed, though none of its tests did',
    '    example.test/fails: TestAround/within',
    '',
    'total: 3 passed, 6 failed, 1 skipped',
  ]);
  assert.equal(status, 1);
  // What go test says, and no more than that.
  assert.match(stdout, /undefined: nothing/);
  assert.match(stdout, /what it died of/);
  assert.match(stdout, /why it failed\n--- FAIL: TestAround\/within/);
  assert.match(stdout, /^ok {2}\texample.test\/passes\t/m);
  assert.doesNotMatch(stdout, /nobody has asked|=== RUN|"Action"/);
});
