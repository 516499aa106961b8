import type { ReadableStore } from '../store/store.ts';
import type { Example } from './project.ts';

/** A photo to add, from a file, the camera or an archive. */
export interface NewPhoto {
  /** The id of its class. */
  class: string;
  image: Blob | VideoFrame | ImageBitmap;
  name: string;
}

/** A photo that could not be used, and why: a code of the library's, or of the page's, for `explain` of ui/problem.ts. */
export interface BrokenPhoto {
  /** Of the example, where it is one already. */
  id: string | undefined;
  name: string;
  code: string;
  message: string;
}

export interface EmbedderState {
  /** How many photos are still to be looked at, of how many; 0 and 0 when there is nothing to do. */
  left: number;
  total: number;
  /** Since `clearBroken`. */
  broken: readonly BrokenPhoto[];
}

/** Looks at photos in the background, a few at a time: new ones, which become examples, and examples which another model looked at. */
export interface EmbedderApi {
  readonly state: ReadableStore<EmbedderState>;
  /** Looks at new photos, and adds them to the open project. Resolves to the examples when all are done. */
  add(photos: readonly NewPhoto[]): Promise<Example[]>;
  /** Drops what has not been looked at; what has become examples stays. */
  cancel(): void;
  clearBroken(): void;
}
