import type { Head, Example as Lesson, Report, TeachOptions } from '../../mobilenet/mobilenet.js';
import type { ReadableStore } from '../store/store.ts';

/** What is to be learned. */
export interface Material {
  /** Class by class, in the order of the classes. */
  examples: readonly { id: string; label: string | null; embeddings: readonly Float32Array[] }[];
}

export interface LearnerState {
  /**
   * 'waiting': there are too few examples. 'learning': a head of what there is now is coming. 'settling': it is there, and if nothing
   * changes it will be checked. 'checking': the report is coming, and with it what tells none of these. 'done': it is there. 'failed': see error.
   */
  phase: 'waiting' | 'learning' | 'settling' | 'checking' | 'done' | 'failed';
  /** The newest; it may know a little less than there is. undefined while there is none, or too few examples. */
  head: Head | undefined;
  /** The newest, which may be older than the head. Its examples are indices in `reported`. */
  report: Report | undefined;
  /** The ids of the examples that the report is about. */
  reported: readonly string[];
  /** Whether the report is about what there is now. */
  current: boolean;
  /** 0..1, while it is checking. */
  done: number;
  error: unknown;
}

/** A network's `teach`, of which the learner needs this much. */
export type Teach = (examples: readonly Lesson[], options: TeachOptions) => Promise<Head>;

/** Learns again after each change, one run at a time: the newest state wins. */
export interface LearnerApi {
  readonly state: ReadableStore<LearnerState>;
  /** Learns from this in place of what was there before. */
  learn(material: Material): void;
  /** Asks for the learning curve, now and whenever a report is made. */
  wantCurve(): void;
  /** Tries again after a failure. */
  retry(): void;
  /** Ends what runs, and forgets the head and the report. */
  reset(): void;
}

/** The fewest examples of a class, and classes that have them, with which a head is checked. */
export const MIN_EXAMPLES = 2;
export const MIN_CLASSES = 2;

/** `new Learner(teach, keep)`: keep is as in TeachOptions. */
export type LearnerConstructor = new (teach: Teach, keep?: 'own' | 'both') => LearnerApi;
