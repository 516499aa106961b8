// How much memory pages take for a moment, as Linux counts it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** A number of /proc/PID/status, in bytes. @param {number} id @param {string} name */
const status = (id, name) =>
  1024 * Number(readFileSync(`/proc/${id}/status`, 'utf8').match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1]);

/**
 * Begins to watch the browser's processes for pages, in which pictures are decoded too. What it gives tells how many bytes more than
 * now they held at most; NaN where there is no Linux to ask. The process that draws for all pages comes and goes with hundreds of MB.
 * @param {import('playwright-core').Page} page
 */
export async function watchMemory(page) {
  const browser = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await browser?.send('SystemInfo.getProcessInfo')) ?? {};
  await browser?.detach();
  const before = processInfo
    .filter(({ id, type }) => type === 'renderer' && existsSync(`/proc/${id}/clear_refs`))
    .map(({ id }) => {
      writeFileSync(`/proc/${id}/clear_refs`, '5'); // the most so far is forgotten (proc_pid_clear_refs(5))
      return { id, bytes: status(id, 'VmRSS') };
    });
  return () =>
    before.length ? before.reduce((sum, { id, bytes }) => sum + status(id, 'VmHWM') - bytes, 0) : Number.NaN;
}
