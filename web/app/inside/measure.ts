import type { MobileNet } from '../../mobilenet/mobilenet.js';
import { sum } from '../ui/sum.ts';

/** The layers are timed for this long, in ms, with a minimum and a maximum of runs. */
const LONG = 1500;
const LEAST = 5;
const MOST = 200;

/** Measured times of the layers. */
export interface LayerTimes {
  /** Milliseconds, by layer. */
  times: number[];
  /** How many runs were averaged. */
  runs: number;
  /** The clock's resolution in ms: the shortest time that it showed. */
  step: number;
}

/**
 * Times each layer: the means of the faster half of many runs. One run alone tells little: the processor is shared, and
 * browsers coarsen clocks, on a page that is not isolated to steps longer than most layers take.
 */
export async function measureLayers(net: MobileNet, signal: AbortSignal): Promise<LayerTimes> {
  const start = performance.now();
  const size = net.info.shape.reduce((product, n) => product * n);
  const grey = new Uint8Array(size).fill(128); // the content does not change the time
  const all: number[][] = [];
  while (all.length < LEAST || (all.length < MOST && performance.now() - start < LONG)) {
    all.push((await net.profile(grey, { signal })).times);
  }
  performance.measure('depthwise: profile', { start });
  const step = Math.min(...all.flat().filter((time) => time > 0));
  const best = all.sort((a, b) => sum(a) - sum(b)).slice(0, Math.ceil(all.length / 2));
  const runs = best.length;
  const times = net.layers.map((_, layer) => sum(best.map((run) => run[layer] ?? 0)) / runs);
  return { times, runs, step };
}
