import type { Heatmap, Prediction } from '../../mobilenet/mobilenet.js';

/** Time constant of the average in ms: after it, what was before counts 37%. */
const TIME = 350;

/** How many answers per frame the average needs. Classes beyond them count as 0. */
export const ENOUGH = 20;

/** The weight of a new value that comes so many ms after the last. */
const weightAfter = (ms: number): number => 1 - Math.exp(-ms / TIME);

/** Probabilities averaged over time, exponentially weighted, so that live answers do not flicker. */
export class Steady {
  #shares = new Map<number, Prediction>();
  #order: number[] = [];
  #time = 0;

  /** Starts afresh, as for another camera. */
  clear(): void {
    this.#shares.clear();
    this.#order = [];
  }

  /** Takes the answers to a frame at this time in ms, and gives the best five of the average. */
  add(frame: readonly Prediction[], time: number): Prediction[] {
    const weight = this.#shares.size === 0 ? 1 : weightAfter(time - this.#time);
    this.#time = time;
    for (const [index, share] of this.#shares) {
      const probability = share.probability * (1 - weight);
      if (probability < 1e-5) this.#shares.delete(index);
      else this.#shares.set(index, { ...share, probability });
    }
    for (const prediction of frame) {
      const before = this.#shares.get(prediction.index)?.probability ?? 0;
      this.#shares.set(prediction.index, { ...prediction, probability: before + weight * prediction.probability });
    }
    return this.#rank();
  }

  /** Two answers change places only when one is clearly more probable, so that near ones do not swap to and fro. */
  #rank(): Prediction[] {
    const kept = this.#order.flatMap((index) => this.#shares.get(index) ?? []);
    const others = [...this.#shares.values()].filter(({ index }) => !this.#order.includes(index));
    others.sort((a, b) => b.probability - a.probability);
    const ranked = [...kept, ...others.slice(0, 5)];
    for (let i = 1; i < ranked.length; i++) {
      for (let k = i; k > 0; k--) {
        const [upper, lower] = ranked.slice(k - 1, k + 1) as [Prediction, Prediction];
        if (lower.probability <= 1.1 * upper.probability + 0.002) break;
        ranked[k - 1] = lower;
        ranked[k] = upper;
      }
    }
    const best = ranked.slice(0, 5);
    this.#order = best.map(({ index }) => index);
    return best;
  }
}

/** The same for the heat maps of one class. */
export class SteadyMap {
  #last: Float32Array<ArrayBuffer> | undefined;
  #index = -1;
  #time = 0;

  /** Takes the class's map of a frame at this time in ms, and gives the average. */
  add(map: Heatmap, time: number): Heatmap {
    const last = map.index === this.#index && this.#last?.length === map.data.length ? this.#last : map.data;
    const weight = weightAfter(time - this.#time);
    this.#index = map.index;
    this.#time = time;
    this.#last = map.data.map((value, i) => (last[i] ?? 0) + weight * (value - (last[i] ?? 0)));
    return { ...map, data: this.#last };
  }
}
