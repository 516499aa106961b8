import type { Classification, MobileNet } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { type CropOptions, state } from '../store/state.ts';

/** A classification with the model and the crop that it is of. */
export interface Result {
  net: MobileNet;
  classification: Classification;
  options: CropOptions;
}

/** Classifies the image once the network is loaded, and again if another one replaced it meanwhile. */
export async function classify(source: Blob, signal: AbortSignal): Promise<Result> {
  const net = await network.loaded(signal);
  const { crop, views } = state.get();
  try {
    const classification = await net.classify(source, { topK: 5, crop, views, features: true, signal });
    signal.throwIfAborted();
    measure(classification);
    return { net, classification, options: { crop, views } };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'closed') return classify(source, signal);
    throw error;
  }
}

/** Records how long each part took, for the browser's profiler. */
function measure({ timings }: Classification): void {
  let start = performance.now() - timings.total;
  performance.measure('depthwise: classify', { start, duration: timings.total, detail: timings });
  for (const part of ['decode', 'resize', 'network'] as const) {
    performance.measure(`depthwise: ${part}`, { start, duration: timings[part] });
    start += timings[part];
  }
}
