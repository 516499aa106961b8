import { centerCrop } from './crop.ts';
import { element } from './dom.ts';
import { PageError } from './problem.ts';
import { text } from './text/text.ts';

/** The frame that shows the picture, with corners around what the network sees of it. */
export class PictureStage extends HTMLElement {
  #image = element('img', { alt: '' });
  #crop = element('div', { class: 'crop corners' });
  #picture = element('div', { class: 'picture' }, this.#image, this.#crop);
  #figure = element('figure', { hidden: true }, this.#picture, element('figcaption', {}, text.stage.crop));

  connectedCallback(): void {
    this.classList.add('corners');
    this.append(this.#figure);
  }

  /** Shows the picture once the browser can draw it; fails as the library does where it cannot. */
  async show(source: Blob, name: string, signal: AbortSignal): Promise<void> {
    const image = element('img', { alt: text.stage.alt(name) });
    const url = URL.createObjectURL(source);
    image.src = url;
    try {
      await new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = () => reject(new PageError(source.type.startsWith('image/') ? 'broken-image' : 'not-an-image'));
      });
      signal.throwIfAborted();
    } catch (error) {
      URL.revokeObjectURL(url);
      throw error;
    }
    this.clear();
    this.#image = image;
    this.#picture.prepend(image);
    // An SVG may have no size of its own: then it fills a square.
    const width = image.naturalWidth || 1;
    const height = image.naturalHeight || 1;
    this.#picture.style.setProperty('--ratio', String(width / height));
    for (const [side, fraction] of Object.entries(centerCrop(width, height))) {
      this.#crop.style.setProperty(side, `${100 * fraction}%`);
    }
    this.#figure.hidden = false;
  }

  clear(): void {
    this.#figure.hidden = true;
    this.#image.remove();
    URL.revokeObjectURL(this.#image.src);
  }
}

customElements.define('picture-stage', PictureStage);
