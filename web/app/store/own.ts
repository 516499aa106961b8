import type { OwnModel } from '../../common/storage.ts';
import type { Choice } from './network.ts';
import { Store } from './store.ts';

/** The person's own model, if there is one. */
export const own = new Store<OwnModel | null>(null);

/** A model that the person taught (store/taught.ts). */
export interface TaughtModel {
  /** The id of its project. */
  project: string;
  /** By the project's name. */
  file: File;
  /** The key of the model that it was made from: store/model-key.ts. */
  base: string;
}

/** The one of these that was used last. */
export const taught = new Store<TaughtModel | null>(null);

/** How many bytes of a label file are read: more than any model's labels, so that a longer file is still too long. */
const maxLabelBytes = 2 ** 24;

/** What loads it. */
export async function choiceOf({ file, labels, normalize }: OwnModel): Promise<Choice> {
  const text = await labels?.slice(0, maxLabelBytes).text();
  return { model: file, labels: text?.trimEnd().split('\n'), normalize };
}
