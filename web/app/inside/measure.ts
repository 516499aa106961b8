import type { MobileNet } from '../../mobilenet/mobilenet.js';

/** The layers are timed for so long, in ms, but so often at least and at most. */
const LONG = 1500;
const LEAST = 5;
const MOST = 200;

/** What the layers took. */
export interface LayerTimes {
  /** Milliseconds of each. */
  times: number[];
  /** Of so many runs these are the means. */
  runs: number;
  /** How coarse the clock is, in ms: the shortest time that it showed. */
  step: number;
}

/**
 * Times each layer: the means of the faster half of many runs. One run alone tells little: others want the processor too, and
 * browsers give time in coarse steps, to a page that is not isolated in steps longer than most layers.
 */
export async function measureLayers(net: MobileNet, signal: AbortSignal): Promise<LayerTimes> {
  const start = performance.now();
  const grey = new Uint8Array(net.info.resolution ** 2 * 3).fill(128); // what is in the picture does not change the time
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

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
