import type { Classification, MobileNet } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { button } from './controls.ts';
import { element } from './dom.ts';
import { bytes, chance, count, duration } from './format.ts';
import { isUnsure } from './prediction-list.ts';
import { explain } from './problem.ts';

const words = text.network;

/** One line on the state of the network: download progress, a failure with a retry button, or engine, threads and time. */
export class NetworkStatus extends HTMLElement {
  #status = element('p', { role: 'status' });
  #bytes = element('span', { class: 'bytes' });
  #progress = element('progress', { 'aria-label': words.loading, max: 1 });
  #title = element('strong');
  #detail = element('span');
  #said = element('small');
  #retry = button(words.retry, () => void network.retry());
  #failure = element(
    'div',
    { class: 'failure', hidden: true },
    element('p', { role: 'alert' }, this.#title, ' ', this.#detail, ' ', this.#said),
    this.#retry,
  );
  #pending = false;

  connectedCallback(): void {
    this.append(element('div', { class: 'line' }, this.#status, this.#bytes), this.#progress, this.#failure);
    network.state.subscribe(() => this.#update());
    this.#update();
  }

  /** Whether an image waits for its result. */
  set pending(pending: boolean) {
    this.#pending = pending;
    this.#update();
  }

  /** Announces the result to screen readers, and shows engine, threads and time. */
  answered(net: MobileNet, classification: Classification): void {
    this.#pending = false;
    const { predictions, timings } = classification;
    const [best] = predictions;
    const announce = isUnsure(classification) ? text.answers.announceUnsure : text.answers.announce;
    this.#status.replaceChildren(
      element('span', { class: 'visually-hidden' }, best ? `${announce(best.label, chance(best.probability))} ` : ''),
      [...engine(net), duration(timings.total)].join(' · '),
    );
  }

  #update(): void {
    const state = network.state.get();
    this.dataset.phase = state.phase;
    this.#failure.hidden = state.phase !== 'failed';
    this.#bytes.textContent = '';
    switch (state.phase) {
      case 'loading':
        this.#say(this.#pending ? words.waiting : state.stage === 'start' ? words.starting : words.loading);
        if (state.total) {
          this.#progress.value = state.loaded / state.total;
          this.#bytes.textContent = words.bytes(bytes(state.loaded), bytes(state.total));
        } else {
          this.#progress.removeAttribute('value');
        }
        break;
      case 'failed': {
        const problem = explain(state.error);
        this.#say('');
        this.#title.textContent = `${problem.title}.`;
        this.#detail.textContent = problem.detail;
        this.#said.textContent = problem.said;
        break;
      }
      case 'ready':
        this.#say(this.#pending ? words.running : [words.ready, ...engine(state.net)].join(' · '));
    }
  }

  /** Changes the status only when its text changes: progress events must not be announced again and again. */
  #say(line: string): void {
    if (this.#status.textContent !== line) this.#status.textContent = line;
  }
}

const engine = ({ info }: MobileNet): string[] => [
  words.engines[info.engine],
  words.threads(info.threads, count(info.threads)),
];

customElements.define('network-status', NetworkStatus);
