import type { Prediction } from '../../mobilenet/mobilenet.js';
import { languageTag } from '../text/text.ts';
import { Store } from './store.ts';

/** The URL of the file, relative to the page, which the build puts in. */
declare const IMAGENET: string;

/** What the file holds (web/build/imagenet.go). */
interface ImageNetFile {
  /** Their English and Chinese names, and words above them, such as "animals 动物". */
  groups: [english: string, chinese: string, above: string[]][];
  /** In the order of a model's outputs, without the background. */
  classes: [label: string, group: number, gloss: string][];
}

/** What one of ImageNet's classes is. */
export interface Meaning {
  /** The group's name as the page shows it. */
  group: string;
  english: string;
  chinese: string;
  /** Words for more than this group, in both languages. */
  above: string[];
  /** A line of English. */
  gloss: string;
}

/** The outputs of models of ImageNet's classes, without and with the background. */
const SIZES: readonly number[] = [1000, 1001];

/** ImageNet's classes, as far as they are known: the file is fetched when they are first needed. */
class ImageNet {
  #meanings: (Meaning & { label: string })[] = [];
  #known = new Store(false);
  #fetching: Promise<void> | undefined;

  get known(): boolean {
    return this.#known.get();
  }

  /** Calls listener when the classes are known. */
  subscribe(listener: () => void): () => void {
    return this.#known.subscribe(listener);
  }

  /** Whether a model with so many outputs may be one of ImageNet's. */
  fits(outputs: number): boolean {
    return SIZES.includes(outputs);
  }

  /** Fetches what is not there yet, for a model with so many outputs. After a failure the next call tries again. */
  need(outputs: number): void {
    if (!this.fits(outputs) || this.known) return;
    this.#fetching ??= this.#fetch()
      .catch(() => {}) // the page does without
      .finally(() => {
        this.#fetching = undefined;
      });
  }

  /** What a prediction of a model with so many outputs means: only if its label is the one that ImageNet has at that place. */
  meaningOf({ index, label }: Pick<Prediction, 'index' | 'label'>, outputs: number): Meaning | undefined {
    if (!this.fits(outputs)) return undefined;
    const meaning = this.#meanings[index - (outputs - 1000)];
    return meaning?.label === label ? meaning : undefined;
  }

  async #fetch(): Promise<void> {
    const response = await fetch(IMAGENET);
    if (!response.ok) return;
    const { groups, classes } = (await response.json()) as ImageNetFile;
    this.#meanings = classes.map(([label, at, gloss]) => {
      const [english, chinese, words] = groups[at] ?? ['', '', []];
      const above = words.flatMap((word) => word.split(' '));
      return { label, group: languageTag === 'en' ? english : chinese, english, chinese, above, gloss };
    });
    this.#known.set(true);
  }
}

export const imagenet = new ImageNet();
