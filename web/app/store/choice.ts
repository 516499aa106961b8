// Which model the page uses, remembered from visit to visit.

import { modelHint, type OwnModel, recall, remember } from '../../common/storage.ts';
import { type Choice, type Consent, network } from './network.ts';
import { choiceOf, own, taught } from './own.ts';
import { state } from './state.ts';

/** Whether a model is remembered, known without waiting for the database, which a first visit then need not do. */
function hinted(kept?: boolean): boolean {
  try {
    if (kept !== undefined) localStorage.setItem(modelHint, String(kept));
    return localStorage.getItem(modelHint) === 'true';
  } catch {
    return false;
  }
}

/** Loads the model that the URL names, or else the one chosen last. taughtBy finds what was taught in a project, if it is still there. */
export async function begin(taughtBy: (project: string) => Promise<Choice | undefined>): Promise<void> {
  const linked = state.get().model;
  const kept = hinted() ? await recall('model') : undefined;
  const mine = hinted() ? await recall('own') : undefined;
  own.set(mine ?? null);
  if (linked) return network.use({ model: linked });
  if (!kept) return network.use({});

  const choice =
    kept === 'own'
      ? mine && (await choiceOf(mine))
      : 'name' in kept
        ? { model: kept.name }
        : await taughtBy(kept.taught);
  const coming = network.use(choice ?? {});
  state.set({ model: listedName() }, { replace: true });
  await coming;
  const now = network.state.get();
  if (now.phase !== 'failed' || network.choice !== choice) return;
  const { code } = now.error as { code?: string };
  if (!/^(model-|labels-|bad-argument)/.test(code ?? '')) return; // a retry may load it
  await remember('model', undefined);
  await network.use({});
  state.set({ model: '' }, { replace: true });
}

/** Switches to a model of models.json; '' is the default. Rejects where it does not load. */
export async function useListed(name: string): Promise<void> {
  const choice: Choice = name ? { model: name } : {};
  await network.use(choice);
  if (network.choice !== choice) return; // superseded
  state.set({ model: name });
  await remember('model', name ? { name } : undefined);
  hinted(Boolean(name || own.get()));
}

/**
 * Switches to the person's own model, if it may take the former's place. Rejects where it may not or does not load. Resolves to
 * whether it is stored for the next visit.
 */
export async function useOwn(model: OwnModel, may?: Consent): Promise<boolean> {
  const keep = () => {
    own.set(model);
    return remember('own', model);
  };
  return useFile(await choiceOf(model), 'own', keep, may);
}

/** Switches to the model of a file. keep stores it, and tells whether it did. */
export async function useFile(
  choice: Choice,
  kept: Parameters<typeof remember<'model'>>[1],
  keep: () => Promise<boolean>,
  may?: Consent,
): Promise<boolean> {
  await network.use(choice, may);
  if (network.choice !== choice) return true;
  const keeping = keep();
  state.set({ model: '' });
  return hinted((await keeping) && (await remember('model', kept)));
}

/** Deletes the person's own model, and switches to the default if it was in use. */
export async function forgetOwn(): Promise<void> {
  const used = isOwn();
  own.set(null);
  await remember('own', undefined);
  if (used) await useListed('');
}

/** Whether the person's own model is in use or loading. */
export const isOwn = () => network.choice.model instanceof Blob && !isTaught();

/** Whether what is in use or loading was taught here. */
export const isTaught = () => taught.get()?.file === (network.choice.model ?? null);

/** The name in models.json of what is in use or loading; '' is the default. */
export const listedName = () => (typeof network.choice.model === 'string' ? network.choice.model : '');

/** Whether a file is a model, or a checkpoint, of which a model can be made. */
export const isModelFile = ({ name }: File): boolean =>
  /\.(tflite|lite|pth|pt|tar|h5|hdf5|keras|safetensors)$/i.test(name);
