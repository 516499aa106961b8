import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, span } from '../ui/format.ts';
import type { FolderJob, Phase } from './job.ts';

const words = text.folder;

/** The share of the job after which a screen reader is told. */
const STEP = 0.25;

/** The progress of the job: a bar, numbers, the time left, and the buttons that pause, resume and cancel. */
export class FolderProgress extends Component<{ cancel: undefined }> {
  #bar = element('progress', { 'aria-label': words.progress });
  #done = element('strong', { tabindex: -1 });
  #pace = element('span');
  #pause = button(words.pause, () => this.#togglePause(), 'button tool');
  #cancel = button(words.cancel, () => this.emit('cancel'), 'button tool');
  #going = element('div', { class: 'going' }, this.#bar, this.#pause, this.#cancel);
  #spoken = element('p', { role: 'status', class: 'visually-hidden' });
  #told = 0;
  #phase: Phase = 'idle';

  constructor(readonly job: FolderJob) {
    super();
  }

  connectedCallback(): void {
    if (this.#bar.isConnected) return;
    this.append(element('p', { class: 'line' }, this.#done, ' ', this.#pace), this.#going, this.#spoken);
  }

  #togglePause(): void {
    if (this.job.phase === 'paused') this.job.resume();
    else this.job.pause();
  }

  /** Shows the present state of so many entries, of which some failed. */
  update(total: number, failed: number): void {
    const { phase, left, rate, time } = this.job;
    const done = total - left;
    // The buttons are hidden at the end; the focus moves from them to the result.
    const leaving = phase === 'idle' && this.#going.contains(document.activeElement);
    this.dataset.phase = phase;
    this.#bar.max = Math.max(1, total);
    this.#bar.value = done;
    const looked = words.all(total - failed, count(total - failed));
    this.#done.textContent = phase === 'idle' ? looked : words.of(count(done), count(total));
    const parts =
      phase === 'idle'
        ? [time > 0 && words.took(span(time))]
        : phase === 'paused'
          ? [words.paused]
          : rate > 0 && [words.rate(count(Math.max(1, Math.round(rate)))), words.left(span((1000 * left) / rate))];
    this.#pace.textContent = (parts || []).filter(Boolean).join(' · ');
    this.#pause.textContent = phase === 'paused' ? words.resume : words.pause;
    this.#tell(total, done, failed);
    if (leaving) this.#done.focus();
  }

  /** Tells a screen reader of changes, and of every quarter of the way. */
  #tell(total: number, done: number, failed: number): void {
    const { phase } = this.job;
    const step = Math.floor(done / total / STEP);
    if (phase === 'running' && phase === this.#phase && step === this.#told) return;
    this.#phase = phase;
    this.#told = step;
    const spoken = {
      running: words.of(count(done), count(total)),
      paused: words.paused,
      idle: [
        total > 0 && words.all(total - failed, count(total - failed)),
        failed > 0 && words.failed(failed, count(failed)),
      ]
        .filter(Boolean)
        .join('. '),
    }[phase];
    if (this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
  }
}

customElements.define('folder-progress', FolderProgress);
