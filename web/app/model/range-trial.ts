import type { Normalization } from '../../common/storage.ts';
import { load, type Prediction } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { triedFile } from '../ui/tried-photo.ts';

/**
 * Has the model in use look at the photo once for each of these pixel ranges, in a worker of its own, and tells its best answers as they
 * come.
 */
export async function tryRanges<K extends string>(
  ranges: Record<K, Normalization>,
  signal: AbortSignal,
  found: (range: K, best: Prediction) => void,
): Promise<void> {
  const photo = await triedFile();
  const { crop } = state.get();
  for (const range of Object.keys(ranges) as K[]) {
    signal.throwIfAborted();
    const net = await load({ ...network.choice, normalize: ranges[range], signal });
    try {
      const { predictions } = await net.classify(photo, { topK: 1, crop, signal });
      if (predictions[0]) found(range, predictions[0]);
    } finally {
      void net.close();
    }
  }
}
