import type { MobileNet, Prediction } from '../../mobilenet/mobilenet.js';
import { classifyFrames, Meter, measure } from '../capture/frames.ts';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { count, duration } from '../ui/format.ts';
import type { Problem } from '../ui/problem.ts';
import { ENOUGH, Steady, SteadyFlag, SteadyMap } from './steady.ts';
import { attempt, type CameraView, sentence } from './view.ts';

const words = text.camera;

/** How often the figures change, in ms: any faster and they cannot be read. */
const READABLE = 500;

/** Classifies live frames, one after the other, and shows the results: averaged over time, if that is wanted. */
export class LiveLoop {
  #net: MobileNet | undefined;
  #meter = new Meter();
  #steady = new Steady();
  #steadyNone = new SteadyFlag();
  #steadyMap = new SteadyMap();
  #best: number | undefined;
  #figuresAt = 0;

  /** averaging is the switch for it; fail gets the problem that ends the loop, if one does before the signal. */
  constructor(
    readonly view: CameraView,
    readonly averaging: HTMLInputElement,
    readonly fail: (problem: Problem) => void,
    readonly signal: AbortSignal,
  ) {
    classifyFrames(view.stage.video, () => this.#classify(), signal);
  }

  async #classify(): Promise<void> {
    const { net } = network;
    if (!net) return;
    const start = performance.now();
    if (net !== this.#net) {
      this.#net = net;
      this.#clear();
      this.#steadyMap.clear();
      this.#best = undefined;
    }
    const { view, fail, signal } = this;
    const { crop, views } = state.get();
    const options = { topK: ENOUGH, heatmap: view.heatmapOf(net, this.#best), signal, crop, views };
    const classification = await attempt(() => net.classify(view.stage.video, options), fail, signal);
    if (!classification) return;
    const { predictions, noneOfThese = false, timings, heatmap } = classification;
    const end = performance.now();
    this.#meter.add(end, end - start);
    measure('depthwise: frame', start, timings);
    const average = this.averaging.checked;
    if (!average) this.#clear();
    const none = average ? this.#steadyNone.add(noneOfThese, end) : noneOfThese;
    const best = this.#show(average ? this.#steady.add(predictions, end) : predictions, none, end);
    // Heat maps may have been switched off meanwhile.
    if (heatmap && view.heat.checked) view.explain(average ? this.#steadyMap.add(heatmap, end) : heatmap, net);
    // The chosen class is no longer among the answers: then the best one is explained again.
    if (!best.some(({ index }) => index === view.chosen)) view.chosen = undefined;
    this.#best = best[0]?.index;
    measure('depthwise: draw', end);
  }

  /** Starts the averages of answers afresh. */
  #clear(): void {
    this.#steady.clear();
    this.#steadyNone.clear();
  }

  #show(predictions: Prediction[], none: boolean, now: number): Prediction[] {
    const { answers, figures, announcer } = this.view;
    const best = answers.show(predictions, now, none);
    if (this.#meter.rate > 0 && now - this.#figuresAt > READABLE) {
      this.#figuresAt = now;
      const rate = Math.round(this.#meter.rate);
      figures.textContent = words.rate(rate, count(rate), duration(this.#meter.time));
    }
    const what = answers.sure ? (best[0]?.label ?? '') : words.announce.unsure;
    announcer.see(what, answers.sure ? sentence(best) : what, now);
    return best;
  }
}
