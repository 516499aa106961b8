import { RequestLog } from '../../common/request-log.ts';
import { folder } from '../../common/storage.ts';
import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { offline } from '../offline/offline.ts';
import { text } from '../text/text.ts';
import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';

const words = text.requests;

/**
 * How many network requests the page, the model's worker and the service worker have made since the photo was opened, so that anyone
 * can see that it is not sent. It says nothing while the service worker is still fetching the page's files.
 */
export class RequestCount extends HTMLElement {
  #line = element('span');
  #hint = element('span');
  /** When the photo was opened, in ms since 1970. */
  #opened = 0;
  #net: MobileNet | undefined;
  /** Those of the workers, as far as they are known. */
  #elsewhere: { model: number; kept: number } | undefined;
  #turn = 0;
  #inPage = new RequestLog(() => this.#draw());

  connectedCallback(): void {
    this.append(this.#line, ' ', this.#hint);
    offline.state.subscribe(() => void this.#count());
  }

  /** A photo was opened at that moment: counts from then on. */
  restart(moment: number): void {
    this.#opened = moment;
    this.#net = undefined;
    void this.#count();
  }

  /** Shows the count; with it that of the model's worker. */
  show(net: MobileNet): void {
    this.#net = net;
    void this.#count();
  }

  async #count(): Promise<void> {
    const turn = ++this.#turn;
    const net = this.#net;
    let elsewhere: { model: number; kept: number } | undefined;
    try {
      const kept = net && (await offline.requests(this.#opened));
      if (kept !== undefined) elsewhere = { model: await (net as MobileNet).requests(this.#opened), kept };
    } catch {
      // the model was closed or has crashed, which its next answer says
    }
    if (turn !== this.#turn) return; // another count has begun
    this.#elsewhere = elsewhere;
    this.#draw();
  }

  #draw(): void {
    const inPage = this.#inPage.since(this.#opened);
    this.#line.textContent = this.#hint.textContent = '';
    if (!this.#elsewhere) return;
    const { model, kept } = this.#elsewhere;
    const n = inPage.length + model + kept;
    const own = model === 0 && inPage.every((url) => url.startsWith(folder.href));
    this.#line.textContent = words.since(n, count(n), own);
    if (offline.state.get().phase === 'ready') this.#hint.textContent = words.hint;
  }
}

customElements.define('request-count', RequestCount);
