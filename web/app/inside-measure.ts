import type { MobileNet } from '../mobilenet/mobilenet.js';

/** How often the layers are timed, and how many of the fastest runs count. */
const RUNS = 15;
const BEST = 5;

/**
 * Milliseconds of each layer: the mean of the best few of many runs. One run alone tells little: others want the processor too, and
 * browsers give time in coarse steps.
 */
export async function measureLayers(net: MobileNet, signal: AbortSignal): Promise<number[]> {
  const start = performance.now();
  const grey = new Uint8Array(net.info.resolution ** 2 * 3).fill(128); // what is in the picture does not change the time
  const runs: number[][] = [];
  for (let i = 0; i < RUNS; i++) runs.push((await net.profile(grey, { signal })).times);
  performance.measure('depthwise: profile', { start });
  const best = runs.sort((a, b) => sum(a) - sum(b)).slice(0, BEST);
  return net.layers.map((_, layer) => best.reduce((total, times) => total + (times[layer] ?? 0), 0) / BEST);
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
