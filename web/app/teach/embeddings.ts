import type { Classification, ClassifyOptions, Source } from '../../mobilenet/mobilenet.js';
import { type ReadableStore, Store } from '../store/store.ts';
import { isAbort } from '../ui/problem.ts';
import { type Embeddings, type Example, type NewExample, newId, THUMBNAIL } from './project.ts';
import type { ProjectsApi } from './projects.ts';

/** A photo to add, from a file, the camera or an archive. */
export interface NewPhoto {
  /** The id of its class. */
  class: string;
  image: Exclude<Source, string | URL>;
  name: string;
}

/** A photo that could not be used, and why: a code of the library's, or of the page's, for `explainImage` of ui/problem.ts. */
export interface BrokenPhoto {
  /** Of the example, where it is one already. */
  id: string | undefined;
  name: string;
  /** As it was given, where it is no example yet. */
  photo: Blob | undefined;
  code: string;
  message: string;
}

export interface EmbedderState {
  /** How many photos are still to be looked at, of how many; 0 and 0 when there is nothing to do. */
  left: number;
  total: number;
  /** Since `clearBroken`. */
  broken: readonly BrokenPhoto[];
}

/** A model as far as the embedder needs one. */
export interface Looker {
  /** Its key: see store/model-key.ts. */
  model: string;
  classify(source: Source, options: ClassifyOptions): Promise<Classification>;
}

/** How many photos are in flight: one in the model, the others being decoded meanwhile. */
const CONCURRENCY = 4;

/** What is to be looked at: a new photo, which will have this id, or an example that has no embeddings by this model. */
type Work =
  | { id: string; name: string; photo: NewPhoto; project: string; done(added: Example | undefined): void }
  | { id: string; name: string; photo?: undefined; model: string };

/** Looks at photos in the background, a few at a time: new ones, which become examples, and examples which another model looked at. */
export class Embedder {
  #state = new Store<EmbedderState>({ left: 0, total: 0, broken: [] });
  readonly state: ReadableStore<EmbedderState> = this.#state;
  #projects: ProjectsApi;
  #looker: (signal: AbortSignal) => Promise<Looker>;
  #waiting: Work[] = [];
  #running = 0;
  #abort = new AbortController();
  /** Photos whose first try ended with the worker: one of them may have broken it. */
  #suspects = new WeakSet<Work>();
  /** By the ids of examples, the model that was last to look at them: none is looked at again if that failed, or another tab's did. */
  #asked = new Map<string, string>();
  /** What is known of the open project's examples. */
  #vectors = new Map<string, Embeddings>();
  #found = new Batches<[id: string, Embeddings], void>(async (all) => {
    await this.#projects.embedded(new Map(all));
    return () => {};
  });
  #added = new Batches<NewExample & { project: string }, Example | undefined>(async (all) => {
    const added = new Map<string, Example>();
    for (const project of new Set(all.map(({ project }) => project))) {
      const its = all.filter((one) => one.project === project);
      for (const example of await this.#projects.add(its, project)) added.set(example.id, example);
    }
    return ({ id = '' }) => added.get(id);
  });

  /** looker gives the model in use, and waits for it. */
  constructor(projects: ProjectsApi, looker: (signal: AbortSignal) => Promise<Looker>) {
    this.#projects = projects;
    this.#looker = looker;
  }

  /**
   * Looks at new photos, and adds them to the project that is open now, or to that with an id, also where another one is opened meanwhile.
   * Resolves to the examples when all are done.
   */
  async add(photos: readonly NewPhoto[], project = this.#projects.state.get().open?.id): Promise<Example[]> {
    if (project === undefined) return [];
    const added = photos.map(
      (photo) =>
        new Promise<Example | undefined>((done) => {
          this.#waiting.push({ id: newId(), name: photo.name, photo, project, done });
        }),
    );
    this.#count(photos.length);
    this.#fill();
    return (await Promise.all(added)).filter((example) => example !== undefined);
  }

  /** Reads the stored embeddings of examples by this model, and has it look at those that have none, after the photos that are waiting. */
  async complete(examples: readonly Example[], model: string): Promise<void> {
    const stored = examples.filter((example) => example.model === model && !this.vectors(example.id, model));
    if (stored.length > 0) {
      for (const [id, found] of await this.#projects.embeddings(stored.map(({ id }) => id)))
        this.#vectors.set(id, found);
    }
    const missing = examples.filter(({ id }) => !this.vectors(id, model) && this.#asked.get(id) !== model);
    for (const { id, name } of missing) {
      this.#asked.set(id, model);
      this.#waiting.push({ id, name, model });
    }
    this.#count(missing.length);
    this.#fill();
  }

  /** The embeddings of an example by this model, if they are known. */
  vectors(id: string, model: string): readonly Float32Array[] | undefined {
    const found = this.#vectors.get(id);
    return found?.model === model ? found.views : undefined;
  }

  /** Drops what has not been looked at; what has become examples stays. */
  cancel(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#running = 0;
    this.#asked.clear();
    this.#state.set({ ...this.#state.get(), left: 0, total: 0 });
    for (const work of waiting) if (work.photo) work.done(undefined);
  }

  /** Forgets what is known of a project, as where another one is opened. New photos that wait are still added to theirs. */
  reset(): void {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter(({ photo }) => photo);
    this.#asked.clear();
    this.#vectors.clear();
    this.clearBroken();
    this.#count(this.#waiting.length - before);
  }

  /** Lists a photo that could not even be read. */
  unreadable(name: string): void {
    this.#list({ id: undefined, name, photo: undefined, code: 'broken-image', message: '' });
  }

  clearBroken(): void {
    this.#state.set({ ...this.#state.get(), broken: [] });
  }

  #fill(): void {
    while (this.#running < CONCURRENCY) {
      const work = this.#waiting.shift();
      if (!work) return;
      this.#running++;
      void this.#look(work, this.#abort.signal);
    }
  }

  async #look(work: Work, signal: AbortSignal): Promise<void> {
    let again = false;
    let added: Example | undefined;
    try {
      added = await this.#ask(work, signal);
    } catch (error) {
      again = !signal.aborted && this.#again(work, error);
      if (!again && !signal.aborted) this.#note(work, error);
    }
    if (!signal.aborted) {
      this.#running--;
      if (again) this.#waiting.push(work);
      else this.#count(-1);
      this.#fill();
    }
    if (!again && work.photo) work.done(added);
  }

  async #ask(work: Work, signal: AbortSignal): Promise<Example | undefined> {
    const { id, name, photo } = work;
    const image = photo ? photo.image : await this.#projects.image(id);
    if (!image) return undefined; // it was removed
    const { model, classify } = await this.#looker(signal);
    if (!photo && this.#asked.get(id) !== work.model) return undefined; // another model is to look at it
    const options = { topK: 1, views: 2, embeddings: true, thumbnail: photo && THUMBNAIL, signal } as const;
    const { embeddings: views, thumbnail } = await classify(image, options);
    signal.throwIfAborted();
    if (!views || (photo && !thumbnail)) throw new Error('The model gave no embeddings.');
    const embeddings = { model, views };
    if (!photo || work.project === this.#projects.state.get().open?.id) this.#vectors.set(id, embeddings);
    if (photo) {
      const { project } = work;
      return this.#added.push({ id, name, class: photo.class, image: thumbnail as Blob, embeddings, project });
    }
    await this.#found.push([id, embeddings]);
    return undefined;
  }

  /** Whether a photo is tried once more: the model was replaced meanwhile, or another photo may have ended the worker. */
  #again(work: Work, error: unknown): boolean {
    if (isAbort(error)) return true;
    if ((error as { code?: unknown }).code !== 'worker-failed' || this.#suspects.has(work)) return false;
    this.#suspects.add(work);
    return true;
  }

  #note(work: Work, error: unknown): void {
    const { code = 'unknown', message = String(error) } = error as { code?: string; message?: string };
    const { name, photo } = work;
    const image = photo?.image instanceof Blob ? photo.image : undefined;
    this.#list({ id: photo ? undefined : work.id, name, photo: image, code, message });
  }

  #list(photo: BrokenPhoto): void {
    const state = this.#state.get();
    this.#state.set({ ...state, broken: [...state.broken, photo] });
  }

  /** Counts photos that have come or, where it is negative, are done. */
  #count(by: number): void {
    if (by === 0) return;
    const state = this.#state.get();
    const left = state.left + by;
    this.#state.set({ ...state, left, total: left === 0 ? 0 : state.total + Math.max(0, by) });
  }
}

/** Hands on what comes while the last batch is being handled as the next one. */
class Batches<T, Result> {
  #handle: (all: T[]) => Promise<(one: T) => Result>;
  #next: T[] = [];
  #batch: Promise<(one: T) => Result> | undefined;

  /** handle resolves to what gives the result of each. */
  constructor(handle: (all: T[]) => Promise<(one: T) => Result>) {
    this.#handle = handle;
  }

  /** Resolves when it has been handled. */
  async push(one: T): Promise<Result> {
    this.#next.push(one);
    await this.#batch?.catch(() => {}); // whose callers heard of it
    if (this.#next.includes(one)) {
      const all = this.#next;
      this.#next = [];
      this.#batch = this.#handle(all);
    }
    const batch = this.#batch as Promise<(one: T) => Result>;
    return (await batch)(one);
  }
}

/** The embedder as its users see it. */
export type EmbedderApi = Pick<Embedder, keyof Embedder>;
