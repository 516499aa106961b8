import { teachText } from '../text/teach.ts';
import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, shortName } from '../ui/format.ts';
import { explainImage, type Problem } from '../ui/problem.ts';
import type { BrokenPhoto, EmbedderApi } from './embeddings.ts';

const words = teachText.add;

/** How many photos that could not be read are listed by name. */
const LISTED = 100;

/** Below this many the work is done before one could read about it. */
const MANY = 8;

/** Why a photo could not be read, by its name. */
export const explainPhoto = (broken: BrokenPhoto): Promise<Problem> =>
  explainImage(broken, `“${shortName(broken.name)}”`, broken.photo);

/** How far the photos are that are being added, and those that could not be read. */
export class Adding extends HTMLElement {
  #embedder: EmbedderApi;
  #line = element('p');
  #bar = element('progress', { 'aria-label': words.files });
  #going = element(
    'div',
    { class: 'going', hidden: true },
    this.#line,
    this.#bar,
    button(text.notices.cancel, () => this.#embedder.cancel(), 'button tool'),
  );
  #summary = element('summary');
  #names = element('ul');
  #broken = element(
    'div',
    { class: 'broken', hidden: true },
    element('details', {}, this.#summary, this.#names),
    button('×', () => this.#embedder.clearBroken(), 'close', { 'aria-label': words.dismiss, title: words.dismiss }),
  );
  #listed: readonly BrokenPhoto[] = [];

  constructor(embedder: EmbedderApi) {
    super();
    this.#embedder = embedder;
  }

  connectedCallback(): void {
    if (this.#going.isConnected) return;
    this.append(this.#going, this.#broken);
    this.#embedder.state.subscribe(() => this.#update());
    this.#update();
  }

  #update(): void {
    const { left, total, broken } = this.#embedder.state.get();
    this.#going.hidden = left === 0 || total < MANY;
    this.#bar.max = Math.max(1, total);
    this.#bar.value = total - left;
    const line = words.reading(count(total - left), count(total));
    if (this.#line.textContent !== line) this.#line.textContent = line;
    if (broken === this.#listed) return;
    this.#listed = broken;
    this.#broken.hidden = broken.length === 0;
    this.#summary.textContent = words.broken(broken.length, count(broken.length));
    this.#names.replaceChildren(
      ...broken.slice(0, LISTED).map((photo) => {
        const item = element('li');
        void explainPhoto(photo).then(({ title, detail }) => item.append(element('strong', {}, title), ' ', detail));
        return item;
      }),
    );
  }
}

customElements.define('teach-adding', Adding);
