// Which network the page uses, from visit to visit.

import { modelHint, type OwnModel, recall, remember } from '../../common/storage.ts';
import { type Choice, network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { Store } from '../store/store.ts';

/** The model of one's own that can be chosen. */
export const own = new Store<OwnModel | null>(null);

/** Whether a model is remembered, known without waiting for the database, which a first visit then need not do. */
function hinted(kept?: boolean): boolean {
  try {
    if (kept !== undefined) localStorage.setItem(modelHint, String(kept));
    return localStorage.getItem(modelHint) === 'true';
  } catch {
    return false;
  }
}

/** Starts the network that the address names, or else the one chosen last. */
export async function begin(): Promise<void> {
  const linked = state.get().model;
  const kept = hinted() ? await recall('model') : undefined;
  const mine = hinted() ? await recall('own') : undefined;
  own.set(mine ?? null);
  if (linked) return network.use({ model: linked });
  if (!kept) return network.use({});

  const choice = kept === 'own' ? mine && (await choiceOf(mine)) : { model: kept.name };
  const coming = network.use(choice ?? {});
  state.set({ model: listedName() }, { replace: true });
  await coming;
  const now = network.state.get();
  if (now.phase !== 'failed' || network.choice !== choice) return;
  const { code } = now.error as { code?: string };
  if (!/^(model-|labels-|bad-argument)/.test(code ?? '')) return; // it may come at the next try
  await remember('model', undefined);
  await network.use({});
  state.set({ model: '' }, { replace: true });
}

/** Exchanges the network for a model of models.json; '' is the default. Rejects where it does not come. */
export async function useListed(name: string): Promise<void> {
  const choice: Choice = name ? { model: name } : {};
  await network.use(choice);
  if (network.choice !== choice) return; // another one was chosen meanwhile
  state.set({ model: name });
  await remember('model', name ? { name } : undefined);
  hinted(Boolean(name || own.get()));
}

/** Exchanges the network for a model of one's own. Rejects where it is none. Tells whether it is kept for the next visit. */
export async function useOwn(model: OwnModel): Promise<boolean> {
  const choice = await choiceOf(model);
  await network.use(choice);
  if (network.choice !== choice) return true;
  own.set(model);
  state.set({ model: '' });
  return hinted((await remember('own', model)) && (await remember('model', 'own')));
}

/** Forgets the model of one's own, and uses the default if it was in use. */
export async function forgetOwn(): Promise<void> {
  const used = isOwn();
  own.set(null);
  await remember('own', undefined);
  if (used) await useListed('');
}

/** Whether a model of one's own is in use, or on its way. */
export const isOwn = () => network.choice.model instanceof Blob;

/** The name in models.json of what is in use, or on its way; '' is the default. */
export const listedName = () => (typeof network.choice.model === 'string' ? network.choice.model : '');

/** Of a file of labels, more than any model has labels for is not read: they are too many all the same. */
const mostLabels = 2 ** 24;

async function choiceOf({ file, labels, normalize }: OwnModel): Promise<Choice> {
  const text = await labels?.slice(0, mostLabels).text();
  return { model: file, labels: text?.trimEnd().split('\n'), normalize };
}

export const isModelFile = ({ name }: File): boolean => /\.(tflite|lite)$/i.test(name);
