// A blank page with a network loaded, on a site that is there as long as the test file.
import { basename } from 'node:path';
import { after } from 'node:test';
import { blankPage, librarySite } from '../../support/library.mjs';
import { peacock } from '../../support/paths.mjs';

export const site = await librarySite();
after(() => site.close());

export const photo = `${site.origin}/samples/${basename(peacock)}`;

/** A blank page with a network loaded. @param {import('node:test').TestContext} t @param {LoadOptions} [options] */
export async function loaded(t, options) {
  const page = await blankPage(t, site);
  const net = await page.evaluateHandle((o) => load(o), options);
  return { page, net };
}
