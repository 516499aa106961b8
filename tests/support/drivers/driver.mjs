// What the tests ask of every browser, whatever protocol it speaks.
import { setTimeout as sleep } from 'node:timers/promises';
import { timeout } from '../machine.mjs';

/**
 * One browser with one page.
 * @typedef {object} Driver
 * @property {string} version the browser's
 * @property {string[]} problems what the console called errors, where the browser's protocol tells
 * @property {string[]} asked the addresses that the page and its workers have asked for; of WebKitGTK, what the whole browser has
 *   asked of other machines
 * @property {(url: string) => Promise<unknown>} goto
 * @property {() => Promise<unknown>} reload
 * @property {(source: string, args: unknown[]) => Promise<any>} call calls a function in the page; what goes there and comes
 *   back is JSON
 * @property {(selector: string, paths: string[]) => Promise<void>} setFiles picks files in a file input
 * @property {() => Promise<Buffer>} screenshot a PNG of the window
 * @property {() => Promise<void>} close ends the browser and all that was started for it
 */

/**
 * Calls a function in the page.
 * @template {unknown[]} A
 * @template R
 * @param {Driver} driver
 * @param {(...args: A) => R} f
 * @param {A} args
 * @returns {Promise<Awaited<R>>}
 */
export const inPage = (driver, f, ...args) => driver.call(String(f), args);

/**
 * Asks the page again and again until it gives something; pages may come and go meanwhile.
 * @template {unknown[]} A
 * @template R
 * @param {Driver} driver
 * @param {string} what is waited for
 * @param {(...args: A) => R} f
 * @param {A} args
 * @returns {Promise<NonNullable<Awaited<R>>>}
 */
export async function waitFor(driver, what, f, ...args) {
  /** @type {unknown} */
  let problem;
  for (const end = Date.now() + timeout; Date.now() < end; await sleep(50)) {
    try {
      const value = await inPage(driver, f, ...args);
      if (value) return value;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
  }
  const body = await inPage(driver, () => document.body.innerText).catch(String);
  throw new Error(`waited for ${what}; the page says:\n${body}`, { cause: problem });
}
