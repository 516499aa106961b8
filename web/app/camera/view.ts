import type { Heatmap, MobileNet, Prediction } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { Announcer } from '../ui/announcer.ts';
import { element } from '../ui/dom.ts';
import { chance } from '../ui/format.ts';
import { explain, isAbort, type Problem } from '../ui/problem.ts';
import { CameraAnswers } from './answers.ts';
import { CameraStage } from './stage.ts';

/** Where results are shown and announced, with the heat map of one class: what live frames and the frozen one share. */
export class CameraView {
  readonly stage = new CameraStage();
  readonly answers = new CameraAnswers();
  readonly figures = element('p', { class: 'figures' });
  readonly announcer = new Announcer();
  /** The class whose heat map is wanted; undefined: that of the best answer. */
  chosen: number | undefined;
  /** The model that was asked last. */
  net: MobileNet | undefined;

  /** heat switches heat maps on and off. */
  constructor(readonly heat: HTMLInputElement) {}

  /** The heat map to ask this model for, as classify takes it; best is the best class so far. */
  heatmapOf(net: MobileNet, best?: number): number | 'best' | undefined {
    if (net !== this.net) this.chosen = undefined; // another model numbers its classes in its own way
    this.net = net;
    return this.heat.checked ? (this.chosen ?? best ?? 'best') : undefined;
  }

  /** Switches heat maps on, for a class or for whichever is the best, or off. */
  choose(on: boolean, index?: number): void {
    this.heat.checked = on;
    this.chosen = index;
    if (on) return;
    this.stage.hideHeatMap();
    this.answers.asked = undefined;
  }

  explain(map: Heatmap, { labels }: MobileNet): void {
    this.stage.showHeatMap(map, labels[map.index] ?? '');
    this.answers.asked = map.index;
  }

  /** Shows and announces what became of something. */
  report(line: string): void {
    this.figures.textContent = line;
    this.announcer.say(line);
  }
}

/** Runs work until the signal aborts: then, and after a failure, which fail gets, the result is undefined. */
export async function attempt<T>(
  work: () => Promise<T>,
  fail: (problem: Problem) => void,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    const result = await work();
    return signal.aborted ? undefined : result;
  } catch (error) {
    if (!signal.aborted && !isAbort(error)) fail(explain(error));
    return undefined;
  }
}

/** The best answer as it is read out. */
export function sentence([best]: Prediction[]): string {
  return best ? text.answers.announce(best.label, chance(best.probability)) : '';
}
