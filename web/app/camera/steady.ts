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
  #time = 0;

  /** Starts afresh, as for another camera. */
  clear(): void {
    this.#shares.clear();
  }

  /** Takes the answers to a frame at this time in ms, and gives the best of the average. */
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
    return [...this.#shares.values()].sort((a, b) => b.probability - a.probability).slice(0, ENOUGH);
  }
}

/** The same for yes and no: the answer that most of the last frames gave. */
export class SteadyFlag {
  #share = 0;
  #time = 0;

  clear(): void {
    this.#time = 0;
  }

  add(yes: boolean, time: number): boolean {
    const weight = this.#time === 0 ? 1 : weightAfter(time - this.#time);
    this.#time = time;
    this.#share += weight * (Number(yes) - this.#share);
    return this.#share > 0.5;
  }
}

/** The same for the heat maps of one class. */
export class SteadyMap {
  #last: Float32Array<ArrayBuffer> | undefined;
  #index = -1;
  #time = 0;

  /** Starts afresh, as for another model. */
  clear(): void {
    this.#last = undefined;
  }

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
