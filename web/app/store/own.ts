import type { OwnModel } from '../../common/storage.ts';
import type { Choice } from './network.ts';
import { Store } from './store.ts';

/** The person's own model, if there is one. */
export const own = new Store<OwnModel | null>(null);

/** How many bytes of a label file are read: more than any model's labels, so that a longer file is still too long. */
const maxLabelBytes = 2 ** 24;

/** What loads it. */
export async function choiceOf({ file, labels, normalize }: OwnModel): Promise<Choice> {
  const text = await labels?.slice(0, maxLabelBytes).text();
  return { model: file, labels: text?.trimEnd().split('\n'), normalize };
}
