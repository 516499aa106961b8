// Servers that people have, each started on a free port with the built page, configured as web/build/README.md says.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, program, timeout } from '../../support/machine.mjs';
import { dist, root } from '../../support/paths.mjs';

/** The README's one fence of a language. @param {string} language */
export function snippet(language) {
  const found = readFileSync(join(root, 'web/build/README.md'), 'utf8').match(
    new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms'),
  );
  if (!found) throw new Error(`web/build/README.md has no sample in ${language}`);
  return found[1];
}

/** A folder that lives as long as the test file, readable to a server that gives up root's rights. */
function folder() {
  const path = mkdtempSync(join(tmpdir(), 'depthwise-host-'));
  execFileSync('chmod', ['755', path]);
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/**
 * Runs a server until the tests end; resolves once it answers.
 * @param {string} command
 * @param {string[]} args
 * @param {string} url
 * @param {import('node:child_process').SpawnOptions} [options]
 */
async function run(command, args, url, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  after(() => child.kill());
  const ended = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}: ${said}`)));
  });
  ended.catch(() => {}); // it ends after the tests
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(100)) {
    const answered = await Promise.race([fetch(url).catch(() => null), ended]);
    if (answered) return url;
  }
  throw new Error(`${command} does not answer: ${said}`);
}

/** nginx with the README's configuration. */
export async function nginx() {
  const dir = folder();
  const port = await freePort();
  cpSync(dist, join(dir, 'site'), { recursive: true });
  const site = snippet('nginx')
    .replace(/listen [^;]*;/, `listen 127.0.0.1:${port};`)
    .replace(/root [^;]*;/, `root ${dir}/site;`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  writeFileSync(
    join(dir, 'nginx.conf'),
    `daemon off; pid ${dir}/pid; error_log stderr; events {}
http { include /etc/nginx/mime.types; default_type application/octet-stream; access_log off; ${temporary.join(' ')}
${site} }`,
  );
  return run(program('nginx'), ['-c', join(dir, 'nginx.conf')], `http://127.0.0.1:${port}/`);
}

/** Apache with the README's .htaccess beside the page, below a path. */
export async function apache() {
  const dir = folder();
  const port = await freePort();
  cpSync(dist, join(dir, 'site/sub'), { recursive: true });
  writeFileSync(join(dir, 'site/sub/.htaccess'), snippet('apache'));
  const modules = ['mpm_event', 'authz_core', 'dir', 'mime', 'headers', 'rewrite'];
  writeFileSync(
    join(dir, 'apache.conf'),
    `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${dir}/pid
User www-data
Group www-data
ErrorLog ${dir}/errors
TypesConfig /etc/mime.types
DocumentRoot ${dir}/site
<Directory ${dir}/site>
AllowOverride All
Require all granted
</Directory>
`,
  );
  const args = ['-X', '-f', join(dir, 'apache.conf')];
  return run(program('apache2'), args, `http://127.0.0.1:${port}/sub/`);
}

/** Caddy's file server, without any configuration. */
export async function caddy() {
  const port = await freePort();
  const home = folder();
  mkdirSync(join(home, 'data'));
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  const args = ['file-server', '--listen', `127.0.0.1:${port}`, '--root', dist];
  return run(program('caddy'), args, `http://127.0.0.1:${port}/`, { env });
}

/** Python's file server, which is as simple as they get. */
export async function python() {
  const port = await freePort();
  const args = ['-m', 'http.server', '--bind', '127.0.0.1', '--directory', dist, `${port}`];
  return run('python3', args, `http://127.0.0.1:${port}/`);
}

/** Go's file server, one line of a program. */
export async function go() {
  const dir = folder();
  const port = await freePort();
  writeFileSync(
    join(dir, 'main.go'),
    `package main
import "net/http"
func main() { panic(http.ListenAndServe("127.0.0.1:${port}", http.FileServer(http.Dir(${JSON.stringify(dist)})))) }
`,
  );
  execFileSync('go', ['build', '-o', join(dir, 'server'), join(dir, 'main.go')]);
  return run(join(dir, 'server'), [], `http://127.0.0.1:${port}/`);
}
