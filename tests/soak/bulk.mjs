// Many pictures by bucket, queue and database: 5,000 objects while messages and consumers fail, as tests/edge/bulk.test.mjs has with 500, and
// the memory over 20,000 messages.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Broker, patterns, start } from '../edge/support/bulk.mjs';
import { ordeal } from '../edge/support/ordeal.mjs';
import { shared, withoutShared } from '../support/paths.mjs';

/** The memory of all workerd that this process started, in MB. */
function memory() {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,rss=,comm='], { encoding: 'utf8' }).trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, parent, , name]) => parent === String(process.pid) && name === 'workerd')
    .reduce((sum, [, , rss]) => sum + Number(rss) / 1024, 0);
}

/** @param {{objects: number, seed: number}} options */
export async function many({ objects, seed }) {
  const folder = join(shared, 'photos');
  const photos = withoutShared
    ? []
    : readdirSync(folder)
        .filter((name) => /\.jpe?g$/i.test(name))
        .map((name) => readFileSync(join(folder, name)));
  await ordeal({ objects, seed, consumers: 1, pictures: 200, photos, say: console.log });
  await ordeal({ objects: Math.ceil(objects / 10), seed: seed + 1, consumers: 2, pictures: 20, say: console.log });
}

/** Delivers so many messages; of ten of them one is of an object that has changed. @param {number} messages */
export async function steady(messages) {
  const broker = new Broker();
  const worker = await start({ BROKER: await broker.open() });
  const pictures = patterns(10);
  const samples = [];
  for (let i = 0; i < messages; i++) {
    const key = `steady/${i % 100}.png`;
    if (i % 10 === 0 || i < 100) await worker.put(key, pictures[Math.floor(i / 100) % 10]);
    broker.event('PutObject', key);
    if (broker.waiting.length >= 10) await broker.drain(worker);
    if (i % Math.ceil(messages / 20) === 0) samples.push(memory());
  }
  await broker.drain(worker);
  samples.push(memory());
  await worker.dispose();
  return samples;
}
