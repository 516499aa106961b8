import { current } from '../store/current.ts';
import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { notices } from '../ui/notices.ts';
import { type Sample, sampleOf, samples } from '../ui/samples.ts';

/** Keeps address and photo together: with #photo?sample=NAME the photo is that sample, without it any other. */
export class SampleLink {
  /** The name in the address for which something was done. */
  #followed = '';
  #open: (sample: Sample) => void;

  constructor(open: (sample: Sample) => void) {
    this.#open = open;
    current.subscribe(() => this.name());
  }

  /** Opens the sample that the address names, once. */
  follow(): void {
    const { sample: name } = state.get();
    if (name === this.#followed) return;
    this.#followed = name;
    if (!name) return;
    const sample = samples.find((sample) => sample.name === name);
    if (sample) {
      this.#open(sample);
    } else {
      notices.add(text.samples.unknown(name));
      this.name();
    }
  }

  /** Puts the current photo in the address. */
  name(): void {
    const photo = current.get();
    this.#followed = (photo && sampleOf(photo.blob)?.name) ?? '';
    state.set({ sample: this.#followed }, { replace: true });
  }
}
