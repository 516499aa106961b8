import type { Stored } from './kept.ts';
import type { Example, Project } from './project.ts';

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
  /** How many photos came for it since: `bringBack` keeps them. */
  homeless: number;
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

/** What a row takes beside photo and embeddings, in bytes. */
const ROW = 300;

/** Before anything is read. */
export const nothing: ProjectsState = {
  ready: false,
  all: [],
  open: undefined,
  examples: [],
  gone: false,
  homeless: 0,
  stored: 'yes',
  bytes: 0,
  persisted: undefined,
};

/** Examples in the order in which they came, and about what they take. */
export const sized = (examples: readonly Example[]): Pick<ProjectsState, 'examples' | 'bytes'> => ({
  examples: [...examples].sort(byId),
  bytes: examples.reduce((sum, { bytes, vectors = 0 }) => sum + bytes + vectors + ROW, 0),
});

const byId = (a: Example, b: Example) => (a.id < b.id ? -1 : 1);

/** Examples with the changed ones in their places, but for those that were removed. */
export function replaced(
  examples: readonly Example[],
  changed: readonly (Example & { removed?: string })[],
): readonly Example[] {
  const now = new Map(changed.map((example) => [example.id, example]));
  return examples
    .map((example) => now.get(example.id) ?? example)
    .filter((example: Example & { removed?: string }) => example.removed === undefined);
}
