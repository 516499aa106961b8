import { folder } from '../../common/storage.ts';
import { language, languages, text } from '../text/text.ts';
import { CodeSample } from '../ui/code-sample.ts';
import { element } from '../ui/dom.ts';
import { credit, sampleName, samples } from '../ui/samples.ts';
import { BrowserReport } from './browser.ts';
import { LanguageSwitch } from './language.ts';
import { StorageReport } from './storage.ts';
import { ThreadsReport } from './threads.ts';

/** Of the page and of the library, as the npm package has it: web/build puts it in. */
declare const VERSION: string;

/** What the page is and stores, how to embed the classifier elsewhere, and licences. */
export class AboutPanel extends HTMLElement {
  #storage = new StorageReport();
  #threads = new ThreadsReport();

  connectedCallback(): void {
    const { what, explanation, paper, offline, threads, embed, licences } = text.about;
    const library = new URL('mobilenet/', folder).href;
    this.append(
      section(
        what,
        ...explanation.map((paragraph) => element('p', {}, paragraph)),
        element(
          'p',
          {},
          element('a', { href: 'https://arxiv.org/abs/1704.04861', class: 'apart', rel: 'noreferrer' }, paper),
        ),
      ),
      section(offline.heading, this.#storage),
      section(threads.heading, this.#threads),
      new BrowserReport(),
      section(
        embed.heading,
        element('p', {}, embed.element),
        new CodeSample(embed.element, tag(library)),
        element('p', {}, embed.script),
        new CodeSample(embed.script, script(library)),
        element('p', {}, embed.own),
        element('p', {}, element('a', { href: 'mobilenet/mobilenet.d.ts', class: 'apart' }, embed.api)),
      ),
      section(text.about.language, element('p', {}, languages[language]?.name ?? ''), new LanguageSwitch()),
      section(
        licences.heading,
        ...[licences.page(VERSION), licences.weights, licences.wordnet, licences.go].map((line) =>
          element('p', {}, line),
        ),
        ...samples.map((sample) => element('p', {}, text.samples.credit(sampleName(sample)), ...credit(sample))),
      ),
    );
  }

  shown(): void {
    void this.#storage.update();
    void this.#threads.update();
  }
}

const section = (heading: string, ...content: Node[]) => element('section', {}, element('h2', {}, heading), ...content);

const tag = (library: string) => `<script type="module" src="${library}element.js"></script>
<mobilenet-classifier></mobilenet-classifier>`;

const script = (library: string) => `<input type="file" accept="image/*" aria-label="Photo">
<output></output>
<script type="module">
  import { load } from '${library}mobilenet.js';

  const loading = load();
  const input = document.querySelector('input');
  const output = document.querySelector('output');
  input.addEventListener('change', async () => {
    const net = await loading;
    const { predictions } = await net.classify(input.files[0]);
    output.textContent = predictions[0].label;
  });
</script>`;

customElements.define('about-panel', AboutPanel);
