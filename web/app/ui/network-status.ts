import type { Classification, MobileNet, Timings } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { button } from './controls.ts';
import { descriptions, element } from './dom.ts';
import { bytes, chance, count, duration } from './format.ts';
import { isUnsure } from './prediction-list.ts';
import { explain } from './problem.ts';

const words = text.network;

let instances = 0;

/**
 * One line on the state of the model: download progress, a failure with a retry button, or how long the last answer took, with a
 * button for the details: each part's time, engine and threads.
 */
export class NetworkStatus extends HTMLElement {
  #status = element('p', { role: 'status' });
  #details = element('dl', { id: `network-details-${instances++}`, hidden: true });
  #toggle = button(words.details, () => this.#open(this.#details.hidden === true), 'plain', {
    'aria-expanded': 'false',
    'aria-controls': this.#details.id,
  });
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
  /** The last answer, whose times are shown while it is the one on show. */
  #answer: { net: MobileNet; timings: Timings } | undefined;

  connectedCallback(): void {
    const line = element('div', { class: 'line' }, this.#status, this.#bytes, this.#toggle);
    this.append(line, this.#progress, this.#details, this.#failure);
    network.state.subscribe(() => this.#update());
    this.#update();
  }

  /** Whether an image waits for its result. Where it got none, the last answer's times are shown again. */
  set pending(pending: boolean) {
    this.#pending = pending;
    this.#update();
  }

  /** There is no answer on show any more. */
  forget(): void {
    this.#answer = undefined;
    this.#update();
  }

  /** Announces the result to screen readers, and shows how long it took. */
  answered(net: MobileNet, classification: Classification): void {
    this.#pending = false;
    const { predictions, timings } = classification;
    const [best] = predictions;
    const announce = isUnsure(classification) ? text.answers.announceUnsure : text.answers.announce;
    this.#answer = { net, timings };
    this.#status.replaceChildren(
      element('span', { class: 'visually-hidden' }, best ? `${announce(best.label, chance(best.probability))} ` : ''),
      times(timings),
    );
    this.#list(net, timings);
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
      case 'ready': {
        const timings = this.#answer?.net === state.net ? this.#answer.timings : undefined;
        this.#say(this.#pending ? words.running : timings ? times(timings) : words.ready);
        if (!this.#pending) this.#list(state.net, timings);
      }
    }
  }

  #open(open: boolean): void {
    this.#details.hidden = !open;
    this.#toggle.setAttribute('aria-expanded', String(open));
  }

  #list({ info }: MobileNet, timings?: Timings): void {
    const { decode, resize, model, total, engine, threads } = words.parts;
    const time = (part: keyof Timings) => timings && duration(timings[part]);
    this.#details.replaceChildren(
      ...descriptions([
        [decode, time('decode')],
        [resize, time('resize')],
        [model, time('network')],
        [total, time('total')],
        [engine, words.engines[info.engine]],
        [threads, count(info.threads)],
      ]),
    );
  }

  /** Changes the status only when its text changes: progress events must not be announced again and again. */
  #say(line: string): void {
    if (this.#status.textContent !== line) this.#status.textContent = line;
  }
}

const times = ({ total, network }: Timings): string => words.times(duration(total), duration(network));

customElements.define('network-status', NetworkStatus);
