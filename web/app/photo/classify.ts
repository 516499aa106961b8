import type { Classification, MobileNet } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { type PlacedCrop, placedBox, placedCrop } from './crop-place.ts';

/** A classification with the model and the crop that it is of. */
export interface Result {
  net: MobileNet;
  classification: Classification;
  crop: PlacedCrop;
}

/** An image, where its crop lies, and what gives its size in pixels, which only a crop that was moved needs. */
export interface Subject {
  blob: Blob;
  at: string;
  size(): Promise<[width: number, height: number]>;
}

/** Classifies the image once the network is loaded, and again if another one replaced it meanwhile. */
export async function classify(subject: Subject, signal: AbortSignal): Promise<Result> {
  const net = await network.loaded(signal);
  const placed = placedCrop({ ...state.get(), at: subject.at });
  const { views } = placed;
  const crop = placed.at ? placedBox(placed, ...(await subject.size())) : placed.crop;
  try {
    const classification = await net.classify(subject.blob, { topK: 5, crop, views, features: true, signal });
    signal.throwIfAborted();
    measure(classification);
    return { net, classification, crop: placed };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'closed') return classify(subject, signal);
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
