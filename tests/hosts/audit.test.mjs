// tests/audit, with programs in place of go and npm: what is found fails, what is out of reach does not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { root } from '../support/paths.mjs';

const clean = 'exit 0';
/** What each says where it finds something, and where it cannot look. */
const go = {
  found: 'echo "Vulnerability #1: GO-2099-0001" >&2; echo "exit status 3" >&2; exit 1',
  away: 'echo "govulncheck: fetching vulnerabilities: no such host" >&2; echo "exit status 1" >&2; exit 1',
};
const npm = {
  found: `echo '{ "auditReportVersion": 2, "vulnerabilities": { "left-pad": {} } }'; exit 1`,
  away: `echo '{ "message": "getaddrinfo ENOTFOUND" }'; exit 1`,
};

/** @param {import('node:test').TestContext} t @param {string} go @param {string} npm shell of their answers */
function audit(t, go, npm) {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-audit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = (/** @type {string} */ name, /** @type {string} */ code) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${code}\n`, { mode: 0o755 });
  program('go', `case $1 in env) echo linux;; *) ${go};; esac`);
  program('npm', npm);
  const { status, stdout, stderr } = spawnSync(join(root, 'tests/audit'), {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

test('nothing known', (t) => {
  const { status, said } = audit(t, clean, clean);
  assert.equal(status, 0);
  for (const what of ['Go for js/wasm', './tests', './tests/bench', './tests/litert', './wasm/edge'])
    assert.match(said, new RegExp(`^${what}: no known weakness$`, 'm'));
});

test('out of reach: said, and no failure', (t) => {
  const { status, said } = audit(t, go.away, npm.away);
  assert.equal(status, 0);
  assert.match(said, /Go for js\/wasm: not known.*\n {4}govulncheck: fetching vulnerabilities: no such host/);
  assert.match(said, /wasm\/edge: not known.*\n {4}.*ENOTFOUND/);
});

test('a weakness in a Go module, or in a package', (t) => {
  const inGo = audit(t, go.found, npm.away);
  assert.equal(inGo.status, 1);
  assert.match(inGo.said, /GO-2099-0001/);
  const inPackage = audit(t, clean, npm.found);
  assert.equal(inPackage.status, 1);
  assert.match(inPackage.said, /left-pad[\s\S]*There are known weaknesses/);
});
