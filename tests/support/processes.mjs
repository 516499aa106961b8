// What workerd, or depthwise serve, takes of the machine, as Linux counts it.
import { readdirSync, readFileSync } from 'node:fs';

/** The processes that descend from this one and run workerd or depthwise. */
function servers() {
  /** @type {{pid: number, parent: number, name: string}[]} */
  const all = [];
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, name, parent] = readFileSync(`/proc/${entry}/stat`, 'utf8').match(/\((.*)\) \S (\d+)/s) ?? [];
      all.push({ pid: Number(entry), parent: Number(parent), name });
    } catch {
      // it has ended meanwhile
    }
  }
  const family = new Set([process.pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid, name }) => family.has(pid) && /^(workerd|depthwise)/.test(name)).map(({ pid }) => pid);
}

/** CPU time of all of them so far, in milliseconds. */
export function cpu() {
  const ticks = servers().map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]); // of 1/100 s each
  });
  return 10 * ticks.reduce((a, b) => a + b, 0);
}

/** Their resident memory, in MB. */
export function memory() {
  const kb = servers().map((pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1]));
  return kb.reduce((a, b) => a + b, 0) / 1024;
}
