// What a person does with the page, in any browser, and what they read there.
import { inPage, waitFor } from '../../support/drivers/driver.mjs';

/** @typedef {import('../../support/drivers/driver.mjs').Driver} Driver */

/** Clicks what matches the selector and says this, as soon as it is there. @param {Driver} driver @param {string} selector @param {string} words */
export const click = (driver, selector, words = '') =>
  waitFor(
    driver,
    `${selector} that says "${words}"`,
    (selector, words) => {
      const found = [...document.querySelectorAll(selector)].find(
        (element) => element.textContent?.includes(words) && element.checkVisibility(),
      );
      /** @type {HTMLElement | undefined} */ (found)?.click();
      return found !== undefined;
    },
    selector,
    words,
  );

/**
 * Gives the page files by an event of this type that carries them, as the browser makes it when a person drops or pastes.
 * @param {Driver} driver
 * @param {'drop' | 'paste'} type
 * @param {{name: string, type: string, base64: string}[]} files
 */
export const give = (driver, type, files) =>
  inPage(
    driver,
    (type, files) => {
      const data = new DataTransfer();
      const settings = { bubbles: true, cancelable: true };
      const event =
        type === 'drop'
          ? new DragEvent('drop', { ...settings, dataTransfer: data })
          : new ClipboardEvent('paste', { ...settings, clipboardData: data });
      // Firefox gives a paste that a script makes a DataTransfer of its own.
      const { items } = (event instanceof ClipboardEvent && event.clipboardData) || data;
      for (const { name, type, base64 } of files) {
        items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
      }
      document.body.dispatchEvent(event);
    },
    type,
    files,
  );

/** Waits until a panel's best answer is this. @param {Driver} driver @param {string} panel @param {string} label */
export const answer = (driver, panel, label) =>
  waitFor(
    driver,
    `the answer "${label}"`,
    (panel, label) => document.querySelector(`${panel} li`)?.getAttribute('data-label') === label,
    panel,
    label,
  );

/** Waits until the network is loaded; gives the details of the status. @param {Driver} driver */
export const ready = (driver) =>
  waitFor(
    driver,
    'the network',
    () =>
      [...document.querySelectorAll('network-status')]
        .find(
          (status) =>
            status.checkVisibility() && /^Ready/.test(status.querySelector('[role=status]')?.textContent ?? ''),
        )
        ?.querySelector('dl')?.textContent,
  );

/** Opens the page anew: its panel, without a picture. @param {Driver} driver @param {string} url */
export async function open(driver, url) {
  await driver.goto('about:blank'); // from one hash to another it would stay the same page
  await driver.goto(url);
}
