// The models that were taught, as models of the page beside the listed ones and the person's own: one for each project.

import { modelFile } from '../teach/database.ts';
import { tables } from '../teach/shared.ts';
import { useFile } from './choice.ts';
import type { Choice } from './network.ts';
import { type TaughtModel, taught } from './own.ts';
import { type ReadableStore, Store } from './store.ts';

/** A model that was taught, without its file. */
export interface TaughtEntry {
  /** The id of its project. */
  project: string;
  /** The project's name. */
  name: string;
  /** Bytes of its file, and how many classes it has. */
  size: number;
  classes: number;
}

const entries = new Store<readonly TaughtEntry[]>([]);

/** The taught models, that of the project that was opened last first; as `readTaught` has read them. */
export const taughtModels: ReadableStore<readonly TaughtEntry[]> = entries;

/** Reads which taught models there are. */
export async function readTaught(): Promise<void> {
  const all = tables.read(['projects', 'models'], async (rows) => {
    const models = new Map((await rows.all('models')).map((row) => [row.project, row]));
    const projects = (await rows.all('projects')).filter(({ removed }) => removed === undefined);
    return projects
      .sort((a, b) => b.opened - a.opened)
      .flatMap(({ id, name }) => {
        const model = models.get(id);
        return model ? [{ project: id, name, size: model.size, classes: model.classes }] : [];
      });
  });
  entries.set(await all.catch(() => []));
}

/** Keeps a model that was taught with its project, unless that is gone, in place of the former one. */
export async function keepTaught(project: string, base: string, file: Blob, classes: number): Promise<void> {
  const image = { type: '', data: await file.arrayBuffer() };
  await tables.change(async (rows) => {
    const found = await rows.get('projects', [project]);
    if (!found || found.removed !== undefined) return;
    rows.put('models', [project], { project, base, size: file.size, classes });
    rows.put('images', modelFile(project), image);
  });
  await readTaught();
}

/** Switches to what was taught in a project. Rejects where it does not load. Resolves to whether that is kept for the next visit. */
export async function useTaught(project: string): Promise<boolean> {
  const model = await find(project);
  if (!model) return false;
  const former = taught.get();
  taught.set(model); // by which what is loading is known
  try {
    const keep = async () => tables.stored.get() === 'yes';
    return await useFile({ model: model.file }, { taught: project }, keep);
  } catch (error) {
    if (taught.get() === model) taught.set(former);
    throw error;
  }
}

/** What loads the model that was taught in a project; undefined if there is none any more. */
export async function taughtChoice(project: string): Promise<Choice | undefined> {
  const model = await find(project);
  if (!model) return undefined;
  taught.set(model);
  return { model: model.file };
}

/** What loads it beside the model in use. */
export const choiceOfTaught = async (project: string): Promise<Choice> => ({ model: (await find(project))?.file });

async function find(id: string): Promise<TaughtModel | undefined> {
  return tables.read(['projects', 'models', 'images'], async (rows) => {
    const project = await rows.get('projects', [id]);
    const model = await rows.get('models', [id]);
    const file = await rows.get('images', modelFile(id));
    if (!project || project.removed !== undefined || !model || !file) return undefined;
    return { project: id, base: model.base, file: new File([file.data], project.name) };
  });
}
