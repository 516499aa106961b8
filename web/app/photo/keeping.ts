import { current, type Photo } from '../store/current.ts';
import { text } from '../text/text.ts';
import type { Card } from '../ui/card.ts';
import { button } from '../ui/controls.ts';
import { notices } from '../ui/notices.ts';
import { explain, PageError, problemLine } from '../ui/problem.ts';
import { canShare, share } from '../ui/share.ts';

const words = text.card;

/** A part of the page that did not come. */
const lost = (error: unknown) => {
  throw new PageError('download-failed', String(error));
};

/** What draws cards, and what compares: not parts of the first screen. */
const drawing = () => import('../ui/card.ts').catch(lost);
const comparing = () => import('../more-panels.ts').catch(lost);

/** Saves the photo with its answers, or shares it where the browser can; and opens its comparison. */
export class PhotoKeeping extends HTMLElement {
  #card: () => Card;
  #busy = false;
  #buttons = [button(words.save, () => void this.#keep(), 'button tool')];

  /** card gives what is on show. */
  constructor(card: () => Card) {
    super();
    this.#card = card;
    this.#buttons.push(button(text.compare, () => void this.#compare(), 'button tool', { 'aria-haspopup': 'dialog' }));
    if (canShare()) this.#buttons.push(button(words.share, () => void this.#keep(share), 'button tool'));
  }

  connectedCallback(): void {
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', words.group);
    this.replaceChildren(...this.#buttons);
    // Where the first press is done already, the second one of a double click would do it again.
    const once = (event: MouseEvent) => event.detail > 1 && event.stopPropagation();
    this.addEventListener('click', once, { capture: true });
  }

  /** Fetches what saving needs: before a photo is there, so that saving it makes no request. */
  prepare(): void {
    void drawing().catch(() => {});
  }

  /** Whether there are answers. */
  set ready(ready: boolean) {
    for (const made of this.#buttons) made.disabled = !ready;
  }

  async #compare(): Promise<void> {
    const photo = current.get() as Photo;
    try {
      const { compare } = await comparing();
      await compare(photo);
    } catch (error) {
      notices.add(problemLine(explain(error)));
    }
  }

  async #keep(give?: (file: File) => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const card = this.#card(); // of what is on show now, whatever is once the rest is here
      const { makeCard, download } = await drawing();
      const file = await makeCard(card);
      if (give) return await give(file);
      download(file);
      notices.clear();
      notices.add(words.saved(file.name));
    } catch (error) {
      notices.add(problemLine(explain(error)));
    } finally {
      this.#busy = false;
    }
  }
}

customElements.define('photo-keeping', PhotoKeeping);
