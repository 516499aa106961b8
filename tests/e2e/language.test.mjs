// The page's two languages: which one it speaks, that it speaks it everywhere, and how it is changed. That no key is missing is
// the type checker's to see: zh.ts fills the shape of en.ts.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { address, details, drop, reached } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { finished } from './support/folder.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());

/**
 * Opens the page in Chinese. Its words come in a file of their own, which the browser's "load" does not wait for.
 * @param {import('node:test').TestContext} t @param {string} url
 */
async function openChinese(t, url) {
  const page = await visit(t, url, { context: { locale: 'zh-CN' } });
  await page.locator('main h2').first().waitFor();
  return page;
}

const panels = ['photo', 'camera', 'folder', 'inside', 'cost', 'model', 'about'];

/** @param {Page} page */
const language = (page) => page.evaluate(() => [document.documentElement.lang, document.title]);

/** @type {[string | undefined, string][]} */
const locales = [
  ['en-GB', 'en'],
  ['zh-CN', 'zh-Hans'],
  ['zh-TW', 'zh-Hans'],
  ['fr-FR', 'en'],
];
for (const [locale, tag] of locales) {
  test(`a browser of ${locale} gets ${tag}`, async (t) => {
    const page = await visit(t, site.url, { context: { locale } });
    await page.locator('photo-panel').waitFor();
    assert.equal((await language(page))[0], tag);
  });
}

test('Chinese: the answers, with the labels in English and numbers as they are written there', async (t) => {
  const page = await openChinese(t, site.url);
  await drop(page, peacock);
  const list = page.getByRole('list', { name: '识别结果' });
  await list.getByRole('listitem').first().waitFor();
  assert.match(await list.innerText(), /peacock\s+\d+\.\d%/);
  assert.match(await page.getByRole('status').first().innerText(), /共 \d.*毫秒，模型 \d.*毫秒$/);
  assert.match((await details(page)).引擎, /SIMD/);
  assert.deepEqual(await language(page), ['zh-Hans', 'Depthwise：照片里是什么？']);
  await look(page, 'chinese-answer');
  await drop(page, file('letter.txt', 'Dear reader'));
  await page.getByText('“letter.txt”不是图片').waitFor();
});

/**
 * What a person sees or hears that reads like English: three words in a row, not all names. What is English by its nature is left out: labels,
 * names of files and licences, programs, and what is marked as English.
 * @param {Page} page
 */
const englishLeft = (page) =>
  page.evaluate(() => {
    const left = [];
    const natural = 'noscript, [lang="en"], code, [data-label], .label, small';
    const sentence = /[A-Za-z]{2,}(,? [a-z]{2,}){2,}/;
    for (const node of document.querySelectorAll('body *')) {
      if (node.closest(natural)) continue;
      const said = [...node.childNodes]
        .filter((child) => child.nodeType === Node.TEXT_NODE)
        .map((c) => c.nodeValue ?? '');
      for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'data-dragging'])
        said.push(node.getAttribute(name) ?? '');
      for (const words of said) if (sentence.test(words)) left.push(words);
    }
    return left;
  });

test('no English sentence is left in the Chinese page', async (t) => {
  const page = await openChinese(t, site.url);
  await drop(page, file('grey.png', png(64, 64, { pixel: () => 128 })));
  await page.getByText('不太确定').first().waitFor();
  assert.deepEqual(await englishLeft(page), [], 'unsure');
  for (const panel of panels) {
    await page.goto(`${site.url}#${panel}`);
    await page.locator(`${panel}-panel:not([hidden]) h2`).first().waitFor({ state: 'attached' });
    assert.deepEqual(await englishLeft(page), [], panel);
    await look(page, `chinese-${panel}`);
  }
});

test('where leaving is refused, address, memory and page keep their language, and it can be chosen again', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await drop(page, file('one.png', png(64, 64)), file('two.png', png(32, 32)));
  await finished(page);
  await page.mouse.click(5, 5); // without a use of the page the browser does not ask
  const chinese = page.getByRole('contentinfo').getByRole('button', { name: '简体中文' });
  for (const time of ['first', 'second']) {
    const asked = page.waitForEvent('dialog').then((dialog) => dialog.dismiss());
    await chinese.click();
    await asked;
    await page.mouse.click(5, 5);
    assert.equal((await language(page))[0], 'en', time);
    assert.equal((await address(page)).hash, '#folder', time);
    assert.equal(await page.evaluate(() => localStorage.getItem('depthwise language')), null, time);
  }
  // By the address as well.
  const asked = page.waitForEvent('dialog').then((dialog) => dialog.dismiss());
  await page.evaluate(() => {
    location.hash = '#folder?lang=zh';
  });
  await asked;
  assert.equal((await address(page)).hash, '#folder');

  page.once('dialog', (dialog) => dialog.accept());
  await chinese.click();
  await page.getByRole('heading', { name: '文件夹里有什么？' }).waitFor();
  await reached(page, '#folder?lang=zh');
});

test('the language is changed by hand, in both directions, and remembered', async (t) => {
  const page = await openChinese(t, `${site.url}#folder`);
  const footer = page.getByRole('contentinfo');
  await footer.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  assert.equal((await language(page))[0], 'en');
  assert.equal((await address(page)).hash, '#folder?lang=en', 'the panel stays');
  await page.goto('about:blank');
  await page.goto(site.url);
  await page.getByRole('heading', { name: 'What is in your photo?' }).waitFor();
  await footer.getByRole('button', { name: '简体中文' }).click();
  await page.getByRole('heading', { name: '照片里是什么？' }).waitFor();
});
