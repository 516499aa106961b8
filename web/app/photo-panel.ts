import { element } from './dom.ts';
import type { Taker } from './intake.ts';
import { type Answer, type Net, network } from './network.ts';
import { NetworkStatus } from './network-status.ts';
import { PictureStage } from './picture-stage.ts';
import { PredictionList } from './prediction-list.ts';
import { explain, isAbort, PageError, type Problem } from './problem.ts';
import { text } from './text/text.ts';

/** The sample picture's file, relative to the page: the build puts its name in. */
declare const SAMPLE_FILE: string;

/**
 * The photo panel. Its data-state says what it shows: 'empty' (the invitation), 'picture' (a photo, and its answers or
 * their coming) or 'problem' (why there is no picture).
 */
export class PhotoPanel extends HTMLElement implements Taker {
  #stage = new PictureStage();
  #answers = new PredictionList();
  #status = new NetworkStatus();
  #problem = element('div', { class: 'problem', role: 'alert' });
  #again = element('button', { type: 'button', class: 'button', hidden: true }, text.network.retry);
  #input = element('input', { type: 'file', id: 'photo-file', accept: 'image/*', class: 'visually-hidden' });
  #sample = element(
    'button',
    { type: 'button', class: 'sample' },
    element('img', { src: SAMPLE_FILE, alt: '', width: 44, height: 44 }),
    text.picking.sample,
  );
  /** Ends the work on one picture when the next one comes. */
  #work = new AbortController();

  connectedCallback(): void {
    const { intro, picking } = text;
    this.append(
      this.#stage,
      element('div', { class: 'invitation' }, element('h2', {}, intro.heading), element('p', {}, intro.lead)),
      this.#problem,
      this.#again,
      this.#answers,
      this.#status,
      element(
        'div',
        { class: 'picking' },
        this.#input,
        element('label', { for: 'photo-file', class: 'button primary' }, picking.choose),
        this.#sample,
        element('p', { class: 'hint' }, picking.hint),
      ),
    );
    this.dataset.state = 'empty';

    this.#input.addEventListener('change', () => {
      this.take([...(this.#input.files ?? [])]);
      this.#input.value = ''; // choosing the same file again must be a change
    });
    this.#input.addEventListener('keydown', (event) => {
      // It looks like a button, so Enter does what Space does, in every browser and once.
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.#input.click();
    });
    this.#sample.addEventListener('click', () => void this.#classify(download(SAMPLE_FILE), picking.sampleName));
    this.addEventListener('click', ({ target }) => {
      // Without a picture the whole panel is one large button for the mouse; text and controls stay what they are.
      if (this.dataset.state !== 'picture' && (target === this || target === this.#stage)) this.#input.click();
    });
    network.addEventListener('change', () => this.#checkBrowser());
  }

  /** Classifies the first picture of those given. */
  take(files: File[]): void {
    const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
    if (file) void this.#classify(file, file.name || text.stage.pasted);
  }

  refuse(error: PageError): void {
    this.#work.abort();
    this.#fail(explain(error));
  }

  async #classify(source: Blob | Promise<Blob>, name: string): Promise<void> {
    if (this.#checkBrowser()) return;
    this.#work.abort();
    const work = new AbortController();
    const { signal } = work;
    this.#work = work;
    this.#answers.wait();
    this.#status.pending = true;
    try {
      const blob = await source;
      const [, [net, answer]] = await Promise.all([this.#show(blob, name, signal), run(blob, signal)]);
      this.#answers.show(answer);
      this.#status.answered(net, answer);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      work.abort(); // ends the other half, when only showing or only running has failed
      this.#fail(explain(error, `“${name}”`), () => this.#classify(source, name));
    }
  }

  async #show(source: Blob, name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#stage.show(source, name, signal);
    } catch (error) {
      // The library knows better what is wrong with the file; until it has come, the browser's word must do.
      if (network.state.phase !== 'ready') throw error;
      return;
    }
    this.dataset.state = 'picture';
  }

  /** Shows why there is no answer. Only a fault of the program is worth trying again with the same picture. */
  #fail({ code, title, detail, said }: Problem, again?: () => void): void {
    const fault = code === 'worker-failed' || code === 'unknown';
    this.#stage.clear();
    this.#status.pending = false;
    this.#problem.replaceChildren(
      element('h2', {}, title),
      element('p', {}, detail),
      ...(fault ? [element('small', {}, said)] : []),
    );
    this.#again.hidden = !fault || !again;
    this.#again.onclick = again ?? null;
    this.dataset.state = 'problem';
  }

  /** Tells, in place of the invitation, when this browser cannot run the network at all. */
  #checkBrowser(): boolean {
    const unusable = network.state.phase === 'failed' && explain(network.state.error).code === 'no-webassembly';
    if (unusable) this.refuse(new PageError('no-webassembly'));
    this.toggleAttribute('data-unusable', unusable);
    return unusable;
  }
}

/** Classifies the picture as soon as the network is there. */
async function run(source: Blob, signal: AbortSignal): Promise<[Net, Answer]> {
  const net = await network.loaded(signal);
  const start = performance.now();
  const answer = await net.classify(source, { topK: 5, signal });
  performance.measure('depthwise: classify', { start, detail: answer.timings });
  signal.throwIfAborted();
  return [net, answer];
}

async function download(url: string): Promise<Blob> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new PageError('download-failed', `${url}: ${response?.status ?? 'no answer'}`);
  return response.blob();
}

customElements.define('photo-panel', PhotoPanel);
