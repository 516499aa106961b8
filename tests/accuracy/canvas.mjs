// Writes core/pixels/testdata/canvas.json, what Chromium's canvas makes of noise, for core/pixels to be compared with:
//   node accuracy/canvas.mjs
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from '../support/paths.mjs';

/** The picture's size, the part of it (x, y, width, height), and the side of what is made of that. */
const cases = [
  { width: 40, height: 40, box: [3, 4, 36, 36], side: 32, mirror: false },
  { width: 75, height: 53, box: [14, 3, 46, 46], side: 32, mirror: true },
  { width: 75, height: 53, box: [0, 0, 75, 53], side: 32, mirror: false },
  { width: 301, height: 201, box: [10, 5, 280, 190], side: 32, mirror: false },
  { width: 75, height: 53, box: [20, 0, 20, 17], side: 32, mirror: false },
  { width: 20, height: 90, box: [0, 0, 20, 90], side: 32, mirror: true },
];

const browser = await chromium.launch({
  executablePath: execFileSync(join(root, 'tests/chromium')).toString().trim(),
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
const drawn = await page.evaluate(async (cases) => {
  const all = [];
  for (const { width, height, box, side, mirror } of cases) {
    const noise = new ImageData(width, height);
    for (let i = 0; i < noise.data.length; i++)
      noise.data[i] = i % 4 === 3 ? 255 : Math.imul(i, i * 40503 + 12345) >>> 24;
    const bitmap = await createImageBitmap(noise);
    const context = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true }); // as web/mobilenet/canvas.ts
    if (!context) throw new Error('this browser has no 2D canvas');
    context.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? side : 0, 0);
    context.imageSmoothingQuality = 'high';
    const [x = 0, y = 0, w = 0, h = 0] = box;
    context.drawImage(bitmap, x, y, w, h, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    all.push(btoa(String.fromCharCode(...data.filter((_, i) => i % 4 !== 3))));
  }
  return all;
}, cases);
console.log(`Chromium ${browser.version()}`);
await browser.close();
const lines = cases.map((c, i) => `  ${JSON.stringify({ ...c, rgb: drawn[i] })}`);
writeFileSync(join(root, 'core/pixels/testdata/canvas.json'), `[\n${lines.join(',\n')}\n]\n`);
