// A folder of pictures made by the tests, and what a person does with the folder panel.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { peacock } from '../../support/paths.mjs';
import { png } from '../../support/pictures.mjs';

/** @typedef {import('playwright-core').Page} Page */

const temporary = mkdtempSync(join(tmpdir(), 'depthwise-folder-'));
after(() => rmSync(temporary, { recursive: true, force: true }));

/** Rings, stripes and checks, each a little different from the others. @param {number} i */
export const pattern = (i) =>
  png(64 + (i % 7) * 16, 64 + (i % 5) * 16, {
    pixel: (x, y) => {
      const scale = 2 + (i % 13);
      const value = [Math.hypot(x - 40, y - 40), x + y * (i % 4), x * y * 0.05][i % 3];
      return 128 + 120 * Math.sin(value / scale + i);
    },
  });

/** Names that no one should trust. */
export const markup = '<img src=x onerror="document.title=1">.png';
export const formula = '=HYPERLINK("http:,,example.com";"a").png';

/**
 * A folder with folders in it: so many good pictures by their paths, those that fail by the reason, and clutter that counts for
 * nothing.
 * @param {string} name
 * @param {number} [good]
 */
export function makeFolder(name, good = 194) {
  const top = join(temporary, name);
  /** @type {string[]} */
  const paths = [];
  /** @param {string} path @param {Uint8Array | string} bytes */
  const write = (path, bytes) => {
    mkdirSync(join(top, path, '..'), { recursive: true });
    writeFileSync(join(top, path), bytes);
  };
  for (let i = 0; i < good; i++) {
    const special = ['peacock.png', 'birds/peacock again.png', markup, formula, 'ünïcode, “quoted”.png'][i];
    const path = special ?? `${['', 'day 1/', 'day 2/deep/er/'][i % 3]}pattern ${i}.png`;
    write(path, i < 2 ? readFileSync(peacock) : pattern(i));
    paths.push(`${name}/${path}`);
  }
  /** @type {Record<string, string>} */
  const failing = {
    'broken/cut.png': 'is damaged',
    'broken/empty.jpg': 'is empty',
    'broken/letter.txt': 'isn’t an image',
    'broken/film.mp4': 'isn’t an image',
    'broken/huge.png': 'is 30,000 × 30,000 pixels',
    'broken/phone.heic': 'is a HEIC photo',
  };
  write('broken/cut.png', readFileSync(peacock).subarray(0, 20_000));
  write('broken/empty.jpg', '');
  write('broken/letter.txt', 'Dear reader');
  write('broken/film.mp4', 'no film');
  write('broken/huge.png', png(30_000, 30_000, { bits: 1 }));
  write('broken/phone.heic', '\0\0\0\x18ftypheic\0\0\0\0mif1heic');
  write('.DS_Store', 'clutter');
  write('day 1/Thumbs.db', 'clutter');
  return { top, paths, failing };
}

/** A file of a folder. @param {{top: string}} folder @param {string} path as the page tells it */
export const bytesOf = ({ top }, path) => readFileSync(join(top, '..', path));

/** Gives the panel files that exist in the page alone. @param {Page} page @param {number} count */
export async function giveTiny(page, count) {
  await page.locator('#folder-files').waitFor({ state: 'attached' }); // the panel comes with a file of its own
  const bytes = Array.from({ length: 20 }, (_, i) => [...png(8, 8, { pixel: (x, y) => (x * y * 7 + i * 12) % 256 })]);
  await page.evaluate(
    async ([bytes, count]) => {
      const data = new DataTransfer();
      for (let i = 0; i < count; i++) {
        if (i % 50 === 0) await new Promise((next) => setTimeout(next)); // long tasks shall be the page's own
        data.items.add(new File([new Uint8Array(bytes[i % bytes.length])], `tiny ${i}.png`, { type: 'image/png' }));
      }
      const input = /** @type {HTMLInputElement} */ (document.querySelector('#folder-files'));
      input.files = data.files;
      input.dispatchEvent(new Event('change'));
    },
    /** @type {const} */ ([bytes, count]),
  );
}

/** @param {Page} page */
export const grid = (page) => page.getByRole('listbox', { name: 'Photos' });

/** The options in the document, in order. @param {Page} page */
export const options = (page) => grid(page).getByRole('option');

/** What the options in the document say and are. @param {Page} page */
export const shown = (page) =>
  options(page).evaluateAll((all) =>
    all.map((option) => ({
      path: /** @type {HTMLElement} */ (option).title,
      label: option.querySelector('.label')?.textContent ?? '',
      figure: option.querySelector('.figure')?.textContent ?? '',
      position: Number(option.ariaPosInSet),
      of: Number(option.ariaSetSize),
      selected: option.ariaSelected === 'true',
    })),
  );

/** The option that the keyboard is at. @param {Page} page */
export const active = (page) =>
  grid(page).evaluate((box) => document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.title);

/** Waits until all pictures have been looked at, also on a machine with much else to do. @param {Page} page */
export const finished = (page) => page.locator('folder-progress[data-phase="idle"]').waitFor();

/** Saves the table or the list; gives what is in it. @param {Page} page @param {'CSV' | 'JSON'} format */
export async function exported(page, format) {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: new RegExp(`^Export .* ${format}$`) }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** Fields of a table by RFC 4180, which asks for CRLF. @param {string} text */
export function parseCsv(text) {
  /** @type {string[][]} */
  const lines = [];
  let line = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    if (!found) throw new Error(`no field in line ${lines.length + 1} of the table`);
    line.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
}
