import { RequestLog } from '../../common/request-log.ts';
import { folder } from '../../common/storage.ts';
import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';

const words = text.requests;

/** How many network requests page and worker have made since the photo was opened, so that anyone can see that it is not sent. */
export class RequestCount extends HTMLElement {
  #line = element('span');
  /** When the photo was opened, in ms since 1970. */
  #opened = 0;
  #inWorker = 0;
  #inPage = new RequestLog(() => this.#draw());

  connectedCallback(): void {
    this.append(this.#line, ' ', element('span', {}, words.hint));
    this.hidden = true;
  }

  /** A photo was opened at that moment: counts from then on. */
  restart(moment: number): void {
    this.#opened = moment;
    this.#inWorker = 0;
    this.hidden = true;
  }

  /** Shows the count; with it that of the model's worker. */
  async show(net: MobileNet): Promise<void> {
    const opened = this.#opened;
    const inWorker = await net.requests(opened);
    if (opened !== this.#opened) return; // another photo was opened meanwhile
    this.#inWorker = inWorker;
    this.#draw();
    this.hidden = false;
  }

  #draw(): void {
    const inPage = this.#inPage.since(this.#opened);
    const n = inPage.length + this.#inWorker;
    const own = this.#inWorker === 0 && inPage.every((url) => url.startsWith(folder.href));
    this.#line.textContent = words.since(n, count(n), own);
  }
}

customElements.define('request-count', RequestCount);
