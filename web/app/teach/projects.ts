import { folder } from '../../common/storage.ts';
import { type ReadableStore, Store } from '../store/store.ts';
import type { Operation } from './database.ts';
import type { KeptTables } from './kept.ts';
import {
  addExamples,
  changeExamples,
  changeProject,
  copyProject,
  markProject,
  openProject,
  purge,
  purgeOld,
  putBack,
  putEmbeddings,
  putProject,
  type Reading,
  readAll,
  removeClass,
  reviveProject,
  vectorBytes,
  type WholeExample,
} from './operations.ts';
import {
  cleanName,
  type Embeddings,
  type Example,
  freeName,
  isUntouched,
  type NewClass,
  type NewExample,
  newClass,
  newId,
  newProject,
  type Project,
  renamed,
  type TeachClass,
  withClass,
  withClassAt,
  withClassNamed,
} from './project.ts';
import { nothing, type ProjectsState, replaced, sized, type Undo } from './projects-state.ts';

export type { ProjectsState, Undo } from './projects-state.ts';

/**
 * The projects, which are stored as they are changed. Every change is complete or not made, whatever happens to the page or to the
 * browser; changes that several tabs make to the same project come one after the other, and each tab is told. What is not stored, because
 * there is no room, lives on in memory. Where a method cannot do what it says, as the project is gone, it does nothing.
 */
export class Projects {
  #state = new Store<ProjectsState>(nothing);
  readonly state: ReadableStore<ProjectsState> = this.#state;
  #tables: KeptTables;
  /** Changes and readings, one after the other: what is shown is never older than what was done. */
  #queue: Promise<unknown> = Promise.resolve();
  #tabs: BroadcastChannel | undefined;
  #refreshing: Promise<void> | undefined;
  /** By the id of a class that was removed here, the removal; '' once it is for good. */
  #removals = new Map<string, string>();
  /** By the id of a project that is gone, the examples that came for it since. */
  #homeless = new Map<string, WholeExample[]>();
  #asked = false;

  constructor(tables: KeptTables) {
    this.#tables = tables;
    tables.stored.subscribe((stored, before) => {
      this.#set({ stored });
      if (stored !== 'yes' || before === 'yes' || !this.#state.get().ready) return;
      this.#tabs?.postMessage('changed'); // of which they have heard before it was stored
      void this.refresh();
    });
  }

  /** Reads what is stored and opens the project that was opened last, or else a new one with that name and classes of those names. */
  async begin(name: string, classes: readonly NewClass[]): Promise<void> {
    this.#listen();
    await this.#change(purgeOld(Date.now()), false);
    await this.#read();
    if (!this.#state.get().open) await this.create(name, classes);
    this.#set({ ready: true });
  }

  /** Creates a project and opens it. */
  async create(name: string, classes: readonly NewClass[]): Promise<Project> {
    return this.#create(name, classes);
  }

  /** `create`, in place of the open project where nobody has touched that. */
  async createInstead(name: string, classes: readonly NewClass[]): Promise<Project> {
    const { open, examples } = this.#state.get();
    return this.#create(name, classes, open && isUntouched(open) && examples.length === 0 ? open.id : undefined);
  }

  async #create(name: string, classes: readonly NewClass[], instead?: string): Promise<Project> {
    const project = newProject(freeName(cleanName(name) || '?', this.#names(instead)), classes);
    await this.#change(putProject(project, instead), project.id, (gone) => {
      const others = this.#state.get().all.filter(({ id }) => id !== gone);
      this.#show([project, ...others], project);
    });
    return project;
  }

  async open(id: string): Promise<void> {
    await this.#change(openProject(id), false);
    await this.#read(id);
  }

  async rename(id: string, name: string): Promise<void> {
    const clean = cleanName(name);
    const free = clean && freeName(clean, this.#names(id));
    await this.#changed(id, (project) => renamed(project, free));
  }

  /** Copies a project with its examples, and opens the copy. */
  async duplicate(id: string, name: string): Promise<void> {
    const copy = await this.#change(copyProject(id, freeName(cleanName(name) || '?', this.#names())), id);
    if (copy) await this.#read(copy.id);
  }

  /** Deletes a project. If it was open, the one before it is opened; if there is none, no project is. */
  async delete(id: string): Promise<Undo> {
    const removal = newId();
    const { open } = this.#state.get();
    await this.#change(markProject(id, removal), id);
    await this.#read(open?.id === id ? undefined : open?.id);
    return this.#undoable(removal, id, async () => {
      await this.#change(markProject(id, undefined), id);
      if (open?.id === id) await this.open(id);
      else await this.#read(this.#state.get().open?.id);
    });
  }

  /** Adds a class to the open project. */
  async addClass(name: string, counter = false): Promise<TeachClass> {
    const added = newClass(name, counter);
    const project = await this.#changedOpen((project) => withClass(project, added));
    return project?.classes.find(({ id }) => id === added.id) ?? added;
  }

  async renameClass(id: string, name: string): Promise<void> {
    await this.#changedOpen((project) => withClassNamed(project, id, name));
  }

  /** Moves a class to another place of the list: 0 is the first. */
  async moveClass(id: string, at: number): Promise<void> {
    await this.#changedOpen((project) => withClassAt(project, id, at));
  }

  /** Removes a class with its examples. */
  async removeClass(id: string): Promise<Undo> {
    const { open } = this.#state.get();
    const at = open?.classes.findIndex((one) => one.id === id) ?? -1;
    const removed = open?.classes[at];
    if (!open || !removed) return { undo: async () => {}, forget() {} };
    const removal = newId();
    this.#removals.set(id, removal);
    await this.#change(removeClass(open.id, removal, id), open.id, (project) => {
      if (project) this.#put(project, (examples) => examples.filter((example) => example.class !== id));
    });
    return this.#undoable(
      removal,
      open.id,
      async () => {
        this.#removals.delete(id);
        await this.#change(
          putBack(open.id, removal, (project) => withClass(project, removed, at)),
          open.id,
        );
        await this.refresh();
      },
      () => this.#removals.set(id, ''),
    );
  }

  /**
   * Adds examples to the open project, or to that with an id, all or none. A class that was removed elsewhere meanwhile comes back for them.
   * Resolves to what was added.
   */
  async add(given: readonly NewExample[], to = this.#state.get().open?.id): Promise<Example[]> {
    if (to === undefined || given.length === 0) return [];
    const now = Date.now();
    const whole: WholeExample[] = await Promise.all(
      given.map(async ({ id = newId(), class: in_, image, name, embeddings }) => {
        const example: Example = { id, project: to, class: in_, name, added: now, bytes: image.size };
        if (embeddings) Object.assign(example, { model: embeddings.model, vectors: vectorBytes(embeddings.views) });
        return { example, image: { type: image.type, data: await image.arrayBuffer() }, views: embeddings?.views };
      }),
    );
    const known = this.#openOne(to)?.classes ?? [];
    const added = await this.#change(
      addExamples(to, whole, known, (id) => this.#removals.get(id) || undefined),
      to,
      (added) => added && this.#put(added.project, (examples) => [...examples, ...added.examples]),
    );
    if (added) void this.#persist();
    else this.#keepHomeless(to, whole);
    return added?.examples ?? [];
  }

  #keepHomeless(to: string, whole: readonly WholeExample[]): void {
    const all = [...(this.#homeless.get(to) ?? []), ...whole];
    this.#homeless.set(to, all);
    if (this.#openOne(to)) this.#set({ gone: true, homeless: all.length });
  }

  /** Has the open project, which another tab has deleted, be there again, with what is stored of it and what came for it since. */
  async bringBack(): Promise<void> {
    const { open, gone } = this.#state.get();
    if (open && gone) await this.#revive(open);
  }

  async #revive(project: Project): Promise<void> {
    const homeless = this.#homeless.get(project.id) ?? [];
    this.#homeless.delete(project.id);
    await this.#change(reviveProject(project, homeless), project.id);
    await this.#read(project.id);
  }

  /** Moves examples to another class. */
  async move(ids: readonly string[], to: string): Promise<Undo> {
    const { open, examples } = this.#state.get();
    const moved = new Set(ids);
    const before = new Map(examples.filter(({ id }) => moved.has(id)).map((example) => [example.id, example.class]));
    const change = (ids: Iterable<string>, classOf: (id: string) => string) =>
      this.#changedExamples(ids, (example, project) => {
        const target = classOf(example.id);
        return project.classes.some(({ id }) => id === target) ? { ...example, class: target } : example;
      });
    if (open) await change(ids, () => to);
    return { undo: () => change(before.keys(), (id) => before.get(id) ?? to), forget() {} };
  }

  async remove(ids: readonly string[]): Promise<Undo> {
    const { open } = this.#state.get();
    const removal = newId();
    await this.#changedExamples(ids, (example) => ({ ...example, removed: removal }));
    return this.#undoable(removal, open?.id ?? '', async () => {
      if (open) await this.#change(putBack(open.id, removal), open.id);
      await this.refresh();
    });
  }

  /** An example's photo; undefined where it is not there any more. */
  async image(id: string): Promise<Blob | undefined> {
    const { open } = this.#state.get();
    if (!open) return undefined;
    const row = await this.#tables.read(['images'], (rows) => rows.get('images', [open.id, id]));
    return row && new Blob([row.data], { type: row.type });
  }

  /** The stored embeddings of examples of the open project, by their ids. */
  async embeddings(ids: readonly string[]): Promise<Map<string, Embeddings>> {
    const { open } = this.#state.get();
    if (!open) return new Map();
    const wanted = new Set(ids);
    const rows = await this.#tables.read(['embeddings'], async (rows) =>
      ids.length > 50
        ? await rows.all('embeddings', open.id)
        : await Promise.all(ids.map((id) => rows.get('embeddings', [open.id, id]))),
    );
    const found = rows.filter((row) => row !== undefined && wanted.has(row.id)) as (Embeddings & { id: string })[];
    return new Map(found.map(({ id, model, views }) => [id, { model, views }]));
  }

  /** Stores embeddings of examples that are still there. */
  async embedded(found: ReadonlyMap<string, Embeddings>): Promise<void> {
    const { open } = this.#state.get();
    if (!open) return;
    await this.#change(putEmbeddings(open.id, found), open.id, (changed) => {
      if (this.#openOne(open.id)) this.#set({ examples: replaced(this.#state.get().examples, changed) });
    });
  }

  /** Tries again to store what there was no room for. */
  async retry(): Promise<void> {
    await this.#tables.retry();
  }

  /** Reads again what is stored, as where another tab has changed it. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#queued(async () => {
      this.#refreshing = undefined;
      const { open } = this.#state.get();
      await this.#readNow(open?.id);
    });
    return this.#refreshing;
  }

  /** Nothing is known any more: everything was deleted. */
  reset(): void {
    this.#listen();
    this.#set(nothing);
    this.#tabs?.postMessage('changed');
  }

  /** Ends listening to other tabs. */
  close(): void {
    this.#tabs?.close();
    this.#tabs = undefined;
  }

  /** Changes what is stored, then what is shown, and tells the other tabs, unless there is nothing to tell. */
  #change<T>(what: Operation<T>, id: string | false, apply?: (result: T) => void): Promise<T> {
    return this.#queued(async () => {
      const result = await this.#tables.change(what);
      apply?.(result);
      if (id !== false) this.#tabs?.postMessage('changed');
      return result;
    });
  }

  async #changed(id: string, what: (project: Project) => Project): Promise<Project | undefined> {
    return this.#change(changeProject(id, what), id, (project) => project && this.#put(project));
  }

  async #changedOpen(what: (project: Project) => Project): Promise<Project | undefined> {
    const { open } = this.#state.get();
    return open && this.#changed(open.id, what);
  }

  async #changedExamples(ids: Iterable<string>, what: Parameters<typeof changeExamples>[2]): Promise<void> {
    const { open } = this.#state.get();
    if (!open) return;
    await this.#change(changeExamples(open.id, ids, what), open.id, (changed) => {
      if (!changed) return;
      this.#put(changed.project, (examples) => replaced(examples, changed.examples));
    });
  }

  #undoable(removal: string, id: string, undo: () => Promise<void>, forgotten?: () => void): Undo {
    return {
      undo,
      forget: () => {
        forgotten?.();
        void this.#change(purge(removal), id).catch(reportError);
      },
    };
  }

  /** Shows a project's new state, and what the change makes of the examples if it is the open one. */
  #put(project: Project, examples = (all: readonly Example[]) => all): void {
    const { all, open, examples: before } = this.#state.get();
    const now = all.map((one) => (one.id === project.id ? project : one));
    if (open?.id === project.id)
      this.#set({ all: now, open: project, examples: examples(before), gone: false, homeless: 0 });
    else this.#set({ all: now });
  }

  #show(all: readonly Project[], open: Project | undefined, examples: readonly Example[] = []): void {
    this.#set({ all, open, examples, gone: false, homeless: 0 });
    if (open && this.#homeless.has(open.id)) void this.#revive(open).catch(reportError); // its deletion was undone
    if (examples.length > 0) void this.#persist();
  }

  #read(id?: string): Promise<void> {
    return this.#queued(() => this.#readNow(id));
  }

  async #readNow(id?: string): Promise<void> {
    const { all, examples }: Reading = await this.#tables.read(['projects', 'examples'], readAll(id));
    const open = id === undefined ? all[0] : all.find((one) => one.id === id);
    if (open || id === undefined) return this.#show(all, open, examples);
    const { open: shown } = this.#state.get();
    if (shown?.id !== id) return this.#set({ all });
    // Nobody misses it, where another tab has opened a file in its place.
    if (isUntouched(shown) && all[0]) return this.#readNow(all[0].id);
    this.#set({ all, gone: true });
  }

  #set(change: Partial<ProjectsState>): void {
    const state = { ...this.#state.get(), ...change };
    if (change.examples) Object.assign(state, sized(change.examples));
    this.#state.set(state);
  }

  #openOne = (id: string): Project | undefined => {
    const { open } = this.#state.get();
    return open?.id === id ? open : undefined;
  };

  /** The names of the other projects. */
  #names = (id?: string): string[] =>
    this.#state
      .get()
      .all.filter((one) => one.id !== id)
      .map(({ name }) => name);

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {}); // the caller hears of it
    return done;
  }

  #listen(): void {
    if (this.#tabs || !globalThis.BroadcastChannel) return;
    this.#tabs = new BroadcastChannel(`depthwise teach ${folder.pathname}`);
    this.#tabs.onmessage = () => void this.refresh();
    // A message may be lost with the tab that was to send it.
    globalThis.document?.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && this.#state.get().ready) void this.refresh();
    });
  }

  /** Asks the browser to keep what is stored; once, for some ask the person. */
  async #persist(): Promise<void> {
    const storage = globalThis.navigator?.storage;
    if (this.#asked || !storage?.persist) return;
    this.#asked = true;
    const persisted = await storage
      .persisted()
      .then((is) => is || storage.persist())
      .catch(() => false);
    this.#set({ persisted });
  }
}

/** The projects as their users see them. */
export type ProjectsApi = Pick<Projects, keyof Projects>;
