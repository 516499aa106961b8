import type { ReadableStore } from '../store/store.ts';
import type { Embeddings, Example, NewExample, Project, TeachClass } from './project.ts';

/** Whether changes are stored: 'no' where this browser stores nothing, as in some private windows; 'full' where there is no room. */
export type Stored = 'yes' | 'no' | 'full';

export interface ProjectsState {
  /** Whether what is stored has been read. */
  ready: boolean;
  /** All projects, the one that was opened last first. */
  all: readonly Project[];
  /** The one that is open. */
  open: Project | undefined;
  /** All of the open project, in the order in which they came. */
  examples: readonly Example[];
  /** The open project was deleted in another tab; it is shown as it was, and changes do nothing. */
  gone: boolean;
  stored: Stored;
  /** About how many bytes the open project takes on this device. */
  bytes: number;
  /** Whether the browser has promised to keep what is stored; undefined until it was asked, which is once there are examples. */
  persisted: boolean | undefined;
}

/** What was removed, until nobody can want it back any more. */
export interface Undo {
  /** Puts it back where it was. */
  undo(): Promise<void>;
  /** It will not be wanted back: what is kept of it is deleted. For a notice's `gone`. */
  forget(): void;
}

/**
 * The projects, which are stored as they are changed. Every change is complete or not made, whatever happens to the page or to the
 * browser; changes that several tabs make to the same project come one after the other, and each tab is told. What is not stored, because
 * there is no room, lives on in memory. Where a method cannot do what it says, as the project is gone, it does nothing.
 */
export interface ProjectsApi {
  readonly state: ReadableStore<ProjectsState>;

  /** Reads what is stored and opens the project that was opened last, or else a new one with that name and classes of those names. */
  begin(name: string, classes: readonly string[]): Promise<void>;
  /** Creates a project and opens it. */
  create(name: string, classes: readonly string[]): Promise<Project>;
  open(id: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** Copies a project with its examples, and opens the copy. */
  duplicate(id: string, name: string): Promise<void>;
  /** Deletes a project. If it was open, the one before it is opened; if there is none, no project is. */
  delete(id: string): Promise<Undo>;

  /** Adds a class to the open project. */
  addClass(name: string, counter?: boolean): Promise<TeachClass>;
  renameClass(id: string, name: string): Promise<void>;
  /** Removes a class with its examples. */
  removeClass(id: string): Promise<Undo>;
  /** Moves a class to another place of the list: 0 is the first. */
  moveClass(id: string, at: number): Promise<void>;

  /** Adds examples, all or none. A class that was removed elsewhere meanwhile comes back for them. Resolves to what was added. */
  add(examples: readonly NewExample[]): Promise<Example[]>;
  /** Moves examples to another class. */
  move(ids: readonly string[], to: string): Promise<Undo>;
  remove(ids: readonly string[]): Promise<Undo>;

  /** An example's photo; undefined where it is not there any more. */
  image(id: string): Promise<Blob | undefined>;
  /** The embeddings of the open project that the model with this key computed, by the ids of the examples. */
  embeddings(model: string): Promise<Map<string, readonly Float32Array[]>>;
  /** Stores embeddings of examples that are still there. */
  embedded(found: ReadonlyMap<string, Embeddings>): Promise<void>;

  /** Tries again to store what there was no room for. */
  retry(): Promise<void>;
  /** Deletes all projects, for "Remove everything". */
  forget(): Promise<void>;
}
