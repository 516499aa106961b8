import { load, type MobileNet, type Prediction } from '../../mobilenet/mobilenet.js';
import { current } from '../store/current.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { costText } from '../text/cost.ts';
import { bar, button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance, compact, count, shortDuration, shortName } from '../ui/format.ts';
import { isUnsure, unsureLegend } from '../ui/prediction-list.ts';
import { explain, isAbort, problemLine } from '../ui/problem.ts';
import { fetchSample, sampleName, samples } from '../ui/samples.ts';
import { sum } from '../ui/sum.ts';
import { family, multiplyAddsOf } from './family.ts';

const words = costText.trial;

/** How often the network is timed at a size, and how many of the fastest runs count. */
const RUNS = 12;
const BEST = 4;

interface Trial {
  multiplyAdds: number;
  time: number;
  predictions: Prediction[];
}

interface Row {
  resolution: number;
  cost: HTMLElement;
  time: HTMLElement;
  answer: HTMLElement;
  button: HTMLButtonElement;
  trial: Trial | undefined;
}

/** Runs the loaded weights at other input sizes and compares time and result. */
export class CostTrial extends HTMLElement {
  #rows: Row[] = family.resolutions.map((resolution) => {
    const tryIt = button(words.tryIt, () => void this.#run([row]), 'plain', {
      'aria-label': words.tryAt(count(resolution)),
    });
    const row: Row = {
      resolution,
      cost: element('td'),
      time: element('td', { class: 'time' }, tryIt),
      answer: element('td'),
      button: tryIt,
      trial: undefined,
    };
    return row;
  });
  #lead = element('p');
  #legend = unsureLegend();
  #all = button(words.all, () => (this.#work ? this.stop() : void this.#run(this.#rows)));
  #status = element('p', { class: 'quiet', role: 'status' });
  #problem = element('p', { class: 'wrong', role: 'alert' });
  #work: AbortController | undefined;

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const { columns } = words;
    this.append(
      element('h3', {}, words.heading),
      this.#lead,
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element('tr', {}, ...Object.values(columns).map((c) => element('th', { scope: 'col' }, c))),
        ),
        element(
          'tbody',
          {},
          ...this.#rows.map(({ resolution, cost, time, answer }) =>
            element(
              'tr',
              { 'data-resolution': resolution },
              element('th', { scope: 'row' }, `${count(resolution)} × ${count(resolution)}`),
              cost,
              time,
              answer,
            ),
          ),
        ),
      ),
      this.#legend,
      this.#all,
      this.#status,
      this.#problem,
    );
    network.state.subscribe(() => this.#reset());
    current.subscribe(() => this.#reset());
    state.subscribe(({ crop }, before) => crop !== before.crop && this.#reset());
    this.#reset();
  }

  /** Stops the running trial; results so far stay. */
  stop(): void {
    this.#work?.abort();
  }

  /** Clears the results: the network, image or crop has changed. */
  #reset(): void {
    this.stop();
    const { net } = network;
    this.hidden = net !== undefined && !takesOtherSizes(net);
    this.#lead.textContent = words.lead(shortName(current.get()?.name ?? sampleName(samples[0])));
    for (const row of this.#rows) {
      row.trial = undefined;
      const cost = net && multiplyAddsOf({ alpha: net.info.alpha, resolution: row.resolution });
      row.cost.textContent = cost ? compact(cost) : '';
      row.time.replaceChildren(row.button);
      row.answer.textContent = '';
    }
    this.#legend.hidden = true;
    this.#enable();
    this.#status.textContent = '';
    this.#problem.textContent = '';
  }

  async #run(rows: Row[]): Promise<void> {
    this.stop();
    const work = new AbortController();
    const { signal } = work;
    this.#work = work;
    this.#problem.textContent = '';
    // The button that was pressed goes; its focus moves to the one that stops.
    if (rows.some(({ button }) => button === document.activeElement)) this.#all.focus();
    this.#enable();
    try {
      const photo = current.get()?.blob ?? (await fetchSample(samples[0]));
      for (const row of rows) {
        this.#status.textContent = words.running(count(row.resolution));
        row.trial = await tryAt(row.resolution, photo, signal);
        this.#show();
      }
      const last = rows.at(-1)?.trial;
      this.#status.textContent =
        rows.length > 1 || !last ? words.done : words.found(labelOf(last), shortDuration(last.time));
    } catch (error) {
      if (this.#work === work) this.#status.textContent = '';
      if (!signal.aborted && !isAbort(error)) this.#problem.textContent = problemLine(explain(error, words.photo));
    } finally {
      if (this.#work === work) this.#work = undefined;
      this.#enable();
    }
  }

  #show(): void {
    const longest = Math.max(...this.#rows.map(({ trial }) => trial?.time ?? 0));
    for (const { trial, cost, time, answer } of this.#rows) {
      if (!trial) continue;
      cost.textContent = compact(trial.multiplyAdds);
      time.replaceChildren(
        element('data', { value: String(trial.time) }, shortDuration(trial.time)),
        bar(trial.time / longest),
      );
      answer.toggleAttribute('data-unsure', isUnsure(trial));
      answer.replaceChildren(
        element('span', { class: 'label' }, labelOf(trial)),
        ` ${chance(trial.predictions[0]?.probability ?? 0)}`,
      );
    }
    this.#legend.hidden = !this.#rows.some(({ trial }) => trial && isUnsure(trial));
  }

  #enable(): void {
    const ready = network.net !== undefined;
    for (const { button } of this.#rows) button.disabled = !ready || this.#work !== undefined;
    this.#all.disabled = !ready;
    this.#all.textContent = this.#work ? words.stop : words.all;
    this.toggleAttribute('data-running', this.#work !== undefined);
  }
}

/** Whether its weights can be used at other input sizes: it reads squares, and averages whatever is left of them at the end. */
const takesOtherSizes = ({ info, layers }: MobileNet): boolean =>
  info.shape[0] === info.shape[1] && layers.some(({ type }) => type === 'average_pool');

/** The best answer's name. */
const labelOf = ({ predictions }: Trial): string => predictions[0]?.label ?? '';

/** Loads the chosen weights at another input size, classifies the image and times it. */
async function tryAt(resolution: number, photo: Blob, signal: AbortSignal): Promise<Trial> {
  const start = performance.now();
  const net = await load({ ...network.choice, resolution, signal });
  try {
    const { predictions } = await net.classify(photo, { topK: 1, crop: state.get().crop, signal });
    const time = await timeOf(net, resolution, signal);
    performance.measure('depthwise: try a resolution', { start });
    return {
      multiplyAdds: sum(net.layers.map((layer) => layer.multiplyAdds)),
      time,
      predictions,
    };
  } finally {
    void net.close();
  }
}

/** The mean of the fastest runs in ms: the first ones run before the browser's optimising compiler is done. */
async function timeOf(net: MobileNet, resolution: number, signal: AbortSignal): Promise<number> {
  const grey = new ImageData(resolution, resolution); // the content does not change the time
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push((await net.classify(grey, { topK: 1, signal })).timings.network);
  return sum(times.sort((a, b) => a - b).slice(0, BEST)) / BEST;
}

customElements.define('cost-trial', CostTrial);
