import type { Head, Example as Lesson, Report, TeachOptions } from '../../mobilenet/mobilenet.js';
import { type ReadableStore, Store } from '../store/store.ts';

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

/** For how many milliseconds nothing must change before a head is checked. */
const QUIET = 2000;

/** So many classes with so many examples are needed for a head to be checked; to be learned, one example will do. */
export const MIN_CLASSES = 2;
export const MIN_EXAMPLES = 2;

const nothing: LearnerState = {
  phase: 'waiting',
  head: undefined,
  report: undefined,
  reported: [],
  current: false,
  done: 0,
  error: undefined,
};

/** Learns again after each change, one run at a time: the newest state wins, and a run that was begun quickly ends. */
export class Learner {
  #state = new Store<LearnerState>(nothing);
  readonly state: ReadableStore<LearnerState> = this.#state;
  #teach: Teach;
  #options: TeachOptions;
  #material: Material = { examples: [] };
  /** Counts changes: a run is of the change at which it began. */
  #change = 0;
  #learned = 0;
  #running: { checks: boolean; abort: AbortController } | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #curve = false;

  /** The options are those of all runs. */
  constructor(teach: Teach, options: Pick<TeachOptions, 'keep' | 'noneOfThese'> = { keep: 'both' }) {
    this.#teach = teach;
    this.#options = options;
  }

  /** Learns from this in place of what was there before. */
  learn(material: Material): void {
    this.#material = material;
    this.#change++;
    clearTimeout(this.#quiet);
    // What runs quickly is of use until the next one is there; what checks would be late.
    if (this.#running?.checks) this.#end();
    if (!isEnough(material, 1)) {
      this.#wait();
      return;
    }
    this.#become({ phase: 'learning', current: false, error: undefined });
    this.#next();
  }

  /** Asks for the learning curve, now and whenever a report is made. */
  wantCurve(): void {
    if (this.#curve) return;
    this.#curve = true;
    const { phase } = this.#state.get();
    if (phase !== 'done' && phase !== 'checking') return;
    this.#end();
    this.#check();
  }

  /** Tries again after a failure. */
  retry(): void {
    if (this.#state.get().phase === 'failed') this.learn(this.#material);
  }

  /** Ends what runs, and forgets the head and the report, as where another project is opened. */
  reset(): void {
    this.#material = { examples: [] };
    this.#change++;
    this.#curve = false;
    this.#wait();
    this.#become(nothing);
  }

  #wait(): void {
    clearTimeout(this.#quiet);
    this.#end();
    this.#learned = this.#change;
    this.#become({ phase: 'waiting', head: undefined, current: false, done: 0 });
  }

  #end(): void {
    this.#running?.abort.abort();
    this.#running = undefined;
  }

  /** Learns the newest state if that is not known, else checks it when nothing changes for a while. */
  #next(): void {
    if (this.#running) return;
    if (this.#learned !== this.#change) return void this.#run(false);
    this.#become({ phase: 'settling' });
    if (!isEnough(this.#material, MIN_EXAMPLES)) return;
    this.#quiet = setTimeout(() => this.#check(), QUIET);
  }

  #check(): void {
    this.#become({ phase: 'checking', done: 0 });
    void this.#run(true);
  }

  async #run(checks: boolean): Promise<void> {
    const running = { checks, abort: new AbortController() };
    const { signal } = running.abort;
    const change = this.#change;
    const { examples } = this.#material;
    this.#running = running;
    try {
      const lessons = examples.map(({ label, embeddings }) => ({ label, embeddings }));
      const head = await this.#teach(lessons, {
        ...this.#options,
        validate: checks,
        curve: checks && this.#curve,
        start: this.#state.get().head,
        signal,
        onProgress: ({ done }) => {
          if (checks && this.#running === running) this.#become({ done });
        },
      });
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#learned = change;
      const reported = examples.map(({ id }) => id);
      if (!checks) this.#become({ head });
      else this.#become({ phase: 'done', head, report: head.report, reported, current: true, done: 1 });
    } catch (error) {
      if (this.#running !== running) return;
      this.#running = undefined;
      // A newer state may do; the same one would fail again.
      if (change === this.#change) return this.#become({ phase: 'failed', error });
    }
    if (!checks) this.#next();
  }

  #become(change: Partial<LearnerState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}

/** Whether there are classes enough with so many examples each. */
function isEnough({ examples }: Material, each: number): boolean {
  const counts = new Map<string | null, number>();
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].filter((count) => count >= each).length >= MIN_CLASSES;
}

/** The learner as its users see it. */
export type LearnerApi = Pick<Learner, keyof Learner>;
