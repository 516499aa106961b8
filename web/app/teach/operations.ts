// What can be done to stored projects, each within one transaction. They may be made again, over other rows: see kept.ts.

import { modelFile, type Operation, type Rows, type Transaction } from './database.ts';
import { type Example, idTime, isUntouched, newId, type Project, type TeachClass, withClass } from './project.ts';

/** How long what was removed is kept for those who want it back, in ms; after that the next visit deletes it. */
const KEPT = 10 * 60e3;

/** How many photos are in memory while a project is copied. */
const TOGETHER = 64;

/** An example with all that is stored of it. */
export interface WholeExample {
  example: Example;
  image: Rows['images'];
  views: readonly Float32Array[] | undefined;
}

/** What a reading of the database gives. */
export interface Reading {
  /** The one that was opened last first. */
  all: Project[];
  /** Of the project that was asked for. */
  examples: Example[];
}

const isThere = (row: { removed?: string } | undefined) => row !== undefined && row.removed === undefined;

/** A project that is there, and was not removed. */
async function find(transaction: Transaction, id: string): Promise<Project | undefined> {
  const project = await transaction.get('projects', [id]);
  return isThere(project) ? project : undefined;
}

/** All projects, and the examples of the one with this id; without an id, of the one that was opened last. */
export const readAll =
  (id?: string): Operation<Reading> =>
  async (transaction) => {
    // Of those that were made in the same millisecond, the newer one first: ids rise.
    const order = (a: Project, b: Project) => b.opened - a.opened || (b.id > a.id ? 1 : -1);
    const all = (await transaction.all('projects')).filter(isThere).sort(order);
    const project = id ?? all[0]?.id;
    const examples = project === undefined ? [] : await transaction.all('examples', project);
    return { all, examples: examples.filter(isThere) };
  };

/** Stores a new project, in place of one that nobody has touched, if that is still so. Gives the id of the one that went. */
export const putProject =
  (project: Project, instead?: string): Operation<string | undefined> =>
  async (transaction) => {
    const former = instead === undefined ? undefined : await find(transaction, instead);
    const goes = former && isUntouched(former) && (await transaction.all('examples', former.id)).length === 0;
    if (goes) transaction.delete('projects', [former.id]);
    transaction.put('projects', [project.id], project);
    return goes ? former.id : undefined;
  };

/** Changes a project; undefined where it is gone. */
export function changeProject(id: string, what: (project: Project) => Project): Operation<Project | undefined> {
  const now = Date.now();
  return async (transaction) => {
    const project = await find(transaction, id);
    if (!project) return undefined;
    const changed = { ...what(project), changed: now };
    transaction.put('projects', [id], changed);
    return changed;
  };
}

/** Notes that a project is opened, which is no change of it. */
export function openProject(id: string): Operation<Project | undefined> {
  const now = Date.now();
  return async (transaction) => {
    const project = await find(transaction, id);
    if (project) transaction.put('projects', [id], { ...project, opened: now });
    return project;
  };
}

/** Marks a project as removed, or as there again. */
export const markProject =
  (id: string, removed: string | undefined): Operation<void> =>
  async (transaction) => {
    const project = await transaction.get('projects', [id]);
    if (project) transaction.put('projects', [id], { ...project, removed });
  };

/** Puts a project back that was deleted, with what is still stored of it, and adds examples that came for it meanwhile. */
export function reviveProject(project: Project, given: readonly WholeExample[]): Operation<void> {
  const now = Date.now();
  return async (transaction) => {
    const row = await transaction.get('projects', [project.id]);
    const { removed: _, ...former }: Rows['projects'] = row ?? project;
    transaction.put('projects', [project.id], { ...former, changed: now, opened: now });
    for (const one of given)
      if (former.classes.some(({ id }) => id === one.example.class)) putExample(transaction, one);
  };
}

function putExample(transaction: Transaction, { example, image, views }: WholeExample, removed?: string): void {
  const { project, id, model } = example;
  transaction.put('examples', [project, id], removed === undefined ? example : { ...example, removed });
  transaction.put('images', [project, id], image);
  if (views && model !== undefined) transaction.put('embeddings', [project, id], { project, id, model, views });
}

/** Copies a project with its examples. */
export function copyProject(id: string, name: string): Operation<Project | undefined> {
  const now = Date.now();
  const copy = newId();
  return async (transaction) => {
    const project = await find(transaction, id);
    if (!project) return undefined;
    const rows = (await transaction.all('examples', id)).filter(isThere);
    const ids = new Map(rows.map((row) => [row.id, newId()]));
    for (let at = 0; at < rows.length; at += TOGETHER) {
      const some = rows.slice(at, at + TOGETHER);
      const images = await Promise.all(some.map((row) => transaction.get('images', [id, row.id])));
      for (const [i, row] of some.entries()) {
        const example = { ...row, project: copy, id: ids.get(row.id) as string };
        const image = images[i];
        transaction.put('examples', [copy, example.id], example);
        if (image) transaction.put('images', [copy, example.id], image);
      }
    }
    for (const found of await transaction.all('embeddings', id)) {
      const example = ids.get(found.id);
      if (example) transaction.put('embeddings', [copy, example], { ...found, project: copy, id: example });
    }
    const made = { ...project, id: copy, name, changed: now, opened: now, created: undefined };
    transaction.put('projects', [copy], made);
    return made;
  };
}

/**
 * Adds examples. The class of one that is not there any more comes back, if it is among these; else removalOf says with which removal
 * it has gone, and the example with it. Gives the project and what is now there.
 */
export function addExamples(
  id: string,
  given: readonly WholeExample[],
  known: readonly TeachClass[],
  removalOf: (id: string) => string | undefined,
): Operation<{ project: Project; examples: Example[] } | undefined> {
  const now = Date.now();
  return async (transaction) => {
    let project = await find(transaction, id);
    if (!project) return undefined;
    const examples: Example[] = [];
    for (const one of given) {
      const { example } = one;
      const has = () => project?.classes.some((one) => one.id === example.class);
      const lost = known.find((one) => one.id === example.class);
      if (!has() && lost) project = withClass(project, lost);
      const removed = has() ? undefined : removalOf(example.class);
      if (!has() && removed === undefined) continue;
      putExample(transaction, one, removed);
      if (removed === undefined) examples.push(example);
    }
    project = { ...project, changed: now };
    transaction.put('projects', [id], project);
    return { project, examples };
  };
}

/** Changes examples that are there, each as what says; gives the project and the changed ones. */
export function changeExamples(
  id: string,
  ids: Iterable<string>,
  what: (example: Example, project: Project) => Rows['examples'],
): Operation<{ project: Project; examples: Rows['examples'][] } | undefined> {
  const now = Date.now();
  return async (transaction) => {
    const found = await find(transaction, id);
    if (!found) return undefined;
    const project = { ...found, changed: now };
    const examples: Rows['examples'][] = [];
    for (const example of ids) {
      const row = await transaction.get('examples', [id, example]);
      if (!row || !isThere(row)) continue;
      const changed = what(row, project);
      transaction.put('examples', [id, example], changed);
      examples.push(changed);
    }
    transaction.put('projects', [id], project);
    return { project, examples };
  };
}

/** Removes a class with its examples, until it is wanted back or purged. */
export function removeClass(id: string, removed: string, classId: string): Operation<Project | undefined> {
  const change = changeProject(id, (project) => ({
    ...project,
    classes: project.classes.filter((one) => one.id !== classId),
  }));
  return async (transaction) => {
    const project = await change(transaction);
    if (!project) return undefined;
    for (const row of await transaction.all('examples', id)) {
      if (row.class === classId && isThere(row)) transaction.put('examples', [id, row.id], { ...row, removed });
    }
    return project;
  };
}

/** Puts back what a removal took, after change has been made to the project. */
export function putBack(
  id: string,
  removal: string,
  what: (project: Project) => Project = (project) => project,
): Operation<void> {
  const change = changeProject(id, what);
  return async (transaction) => {
    const project = await change(transaction);
    if (!project) return;
    const classes = new Set(project.classes.map(({ id }) => id));
    for (const row of await transaction.all('examples', id)) {
      if (row.removed !== removal || !classes.has(row.class)) continue;
      const { removed: _, ...example } = row;
      transaction.put('examples', [id, row.id], example);
    }
  };
}

/** Stores embeddings of examples. It is no change of the project. Gives the examples. */
export const putEmbeddings =
  (id: string, found: ReadonlyMap<string, { model: string; views: readonly Float32Array[] }>): Operation<Example[]> =>
  async (transaction) => {
    const examples: Example[] = [];
    for (const [example, { model, views }] of found) {
      const row = await transaction.get('examples', [id, example]);
      if (!row) continue;
      const changed = { ...row, model, vectors: vectorBytes(views) };
      transaction.put('examples', [id, example], changed);
      transaction.put('embeddings', [id, example], { project: id, id: example, model, views });
      if (isThere(row)) examples.push(changed);
    }
    return examples;
  };

export const vectorBytes = (views: readonly Float32Array[]) =>
  views.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Deletes for good what a removal took. */
export const purge = (removal: string): Operation<void> => purgeAll((removed) => removed === removal);

/** Deletes for good what was removed some time ago and never wanted back, as where a tab was closed. */
export const purgeOld = (now: number): Operation<void> => purgeAll((removed) => idTime(removed) < now - KEPT);

function purgeAll(what: (removal: string) => boolean): Operation<void> {
  const isGone = ({ removed }: { removed?: string }) => removed !== undefined && what(removed);
  return async (transaction) => {
    const projects = new Set((await transaction.all('projects')).filter(isGone).map(({ id }) => id));
    for (const row of await transaction.all('examples')) {
      if (!isGone(row) && !projects.has(row.project)) continue;
      for (const table of ['examples', 'images', 'embeddings'] as const)
        transaction.delete(table, [row.project, row.id]);
    }
    for (const id of projects) {
      transaction.delete('projects', [id]);
      transaction.delete('models', [id]);
      transaction.delete('images', modelFile(id));
    }
  };
}
