// The models that were taught, as models of the page beside the listed ones and the person's own: one for each project.

import type { Tables, TaughtFile } from '../teach/database.ts';
import type { Project } from '../teach/project.ts';
import { tables } from '../teach/shared.ts';
import { useFile } from './choice.ts';
import type { Choice } from './network.ts';
import { type TaughtModel, taught } from './own.ts';
import { type ReadableStore, Store } from './store.ts';

const models = new Store<readonly TaughtModel[]>([]);

/** The taught models, the project that was opened last first; as `readTaught` has read them. */
export const taughtModels: ReadableStore<readonly TaughtModel[]> = models;

/** Reads which taught models there are. */
export async function readTaught(): Promise<void> {
  models.set(await allTaught(tables).catch(() => []));
}

/** Keeps a taught model with its project, in place of the former one. Resolves to the model, or undefined if the project is gone. */
export async function keepTaught(row: TaughtFile): Promise<TaughtModel | undefined> {
  const project = await tables.change(async (rows) => {
    const project = await rows.get('projects', [row.project]);
    if (project && !project.removed) rows.put('models', [row.project], row);
    return project;
  });
  await readTaught();
  return project && modelOf(project, row);
}

/** Switches to a taught model. Rejects where it does not load. */
export async function useTaught(model: TaughtModel): Promise<void> {
  const former = taught.get();
  taught.set(model); // what is loading is asked for by it
  try {
    await useFile({ model: model.file }, { taught: model.project }, async () => tables.stored.get() === 'yes');
  } catch (error) {
    if (taught.get() === model) taught.set(former);
    throw error;
  }
}

/** What loads the taught model of a project; undefined if there is none any more. */
export async function taughtChoice(id: string): Promise<Choice | undefined> {
  const model = (await allTaught(tables)).find(({ project }) => project === id);
  if (!model) return undefined;
  taught.set(model);
  return { model: model.file };
}

async function allTaught(from: Tables): Promise<TaughtModel[]> {
  return from.read(['projects', 'models'], async (rows) => {
    const files = new Map((await rows.all('models')).map((row) => [row.project, row]));
    const projects = (await rows.all('projects')).filter(({ removed }) => !removed).sort((a, b) => b.opened - a.opened);
    return projects.flatMap((project) => {
      const row = files.get(project.id);
      return row ? [modelOf(project, row)] : [];
    });
  });
}

const modelOf = ({ id, name }: Project, { data, base }: TaughtFile): TaughtModel => ({
  project: id,
  file: new File([data], name),
  base,
});
