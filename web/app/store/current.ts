import { Store } from './store.ts';

export interface Picture {
  blob: Blob;
  name: string;
}

/** The picture that the page is about: what was given to one panel is there in the others. */
export const current = new Store<Picture | null>(null);
