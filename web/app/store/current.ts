import { Store } from './store.ts';

export interface Photo {
  blob: Blob;
  name: string;
}

/** The image that all panels share: one given to a panel is used in the others too. */
export const current = new Store<Photo | null>(null);
