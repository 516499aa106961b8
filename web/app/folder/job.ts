import type { ErrorDetails } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { state } from '../store/state.ts';
import { Store } from '../store/store.ts';
import { imageProblem, PageError } from '../ui/problem.ts';
import type { Entry, Failure } from './entry.ts';

/** How many photos are in flight: one in the model, the others being decoded meanwhile. */
const CONCURRENCY = 4;

/** Longest side of thumbnails in pixels: sharp in a cell of the grid, ten kilobytes each. */
const THUMBNAIL = 224;

export type Phase = 'idle' | 'running' | 'paused';

/** A queue of entries to classify. Subscribers are told when one is done, and of every new phase. */
export class FolderJob {
  #phase = new Store<Phase>('idle');
  #waiting: Entry[] = [];
  /** Those in flight when the worker crashed: one of them crashed it, so they are retried one at a time. */
  #retries: Entry[] = [];
  #suspects = new WeakSet<Entry>();
  #inFlight = 0;
  #work = new AbortController();
  #clock = new Clock();

  get phase(): Phase {
    return this.#phase.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#phase.subscribe(listener);
  }

  get left(): number {
    return this.#waiting.length + this.#retries.length + this.#inFlight;
  }

  /** Photos per second, pauses excluded; 0 while unknown. */
  get rate(): number {
    return this.#clock.rate;
  }

  /** Milliseconds of work so far. */
  get time(): number {
    return this.#clock.time;
  }

  add(entries: Entry[]): void {
    if (this.phase === 'idle') this.#clock = new Clock();
    for (const entry of entries) {
      const failure = refusal(entry);
      if (failure) entry.failure = failure;
      else this.#waiting.push(entry);
    }
    if (this.phase !== 'paused') this.#become(this.left > 0 ? 'running' : 'idle');
    this.#fill();
  }

  /** Starts no new photo; those in flight are finished. */
  pause(): void {
    if (this.phase !== 'running') return;
    this.#clock.stop();
    this.#become('paused');
  }

  resume(): void {
    if (this.phase !== 'paused') return;
    this.#become('running');
    this.#fill();
  }

  /** Drops what is not classified yet. */
  cancel(): void {
    this.#work.abort();
    this.#work = new AbortController();
    this.#waiting = [];
    this.#retries = [];
    this.#inFlight = 0;
    this.#clock.stop();
    this.#become('idle');
  }

  #fill(): void {
    while (this.phase === 'running') {
      const alone = this.#waiting.length === 0;
      if (this.#inFlight >= (alone && this.#retries.length > 0 ? 1 : CONCURRENCY)) return;
      const entry = this.#waiting.shift() ?? this.#retries.shift();
      if (!entry) break;
      this.#inFlight++;
      void this.#classify(entry, this.#work.signal);
    }
    if (this.phase === 'running' && this.left === 0) {
      this.#clock.stop();
      this.#become('idle');
    }
  }

  async #classify(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      await this.#ask(entry, signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = await failureOf(error, entry.file);
      if (signal.aborted) return;
      const retry = failure.code === 'worker-failed' && !this.#suspects.has(entry);
      if (retry) this.#suspects.add(entry);
      // A closed model was replaced by another one, which classifies it.
      if (retry || failure.code === 'closed') this.#retries.push(entry);
      else entry.failure = failure;
    }
    if (signal.aborted) return;
    this.#inFlight--;
    if (entry.result || entry.failure) this.#clock.count();
    this.#become(this.phase); // left, rate and time have changed
    this.#fill();
  }

  async #ask(entry: Entry, signal: AbortSignal): Promise<void> {
    const net = await network.loaded(signal);
    if (this.phase === 'running') this.#clock.start();
    const { crop, views } = state.get();
    const by = { model: net.info.model, crop, views };
    const options = { topK: 5, crop, views, embedding: true, thumbnail: THUMBNAIL, signal };
    const { predictions, noneOfThese, embedding, thumbnail, timings } = await net.classify(entry.file as File, options);
    signal.throwIfAborted();
    if (!embedding || !thumbnail) throw new PageError('unknown');
    measure(timings);
    const { classes: outputs } = net.info;
    entry.result = { predictions, noneOfThese, outputs, embedding, norm: Math.hypot(...embedding), thumbnail, by };
  }

  #become(phase: Phase): void {
    this.#phase.set(phase);
  }
}

/** Counts photos while it runs. */
class Clock {
  #since: number | undefined;
  #before = 0;
  #count = 0;

  start(): void {
    this.#since ??= performance.now();
  }

  stop(): void {
    this.#before = this.time;
    this.#since = undefined;
  }

  count(): void {
    this.#count++;
  }

  get time(): number {
    return this.#before + (this.#since === undefined ? 0 : performance.now() - this.#since);
  }

  get rate(): number {
    return this.time > 0 ? (1000 * this.#count) / this.time : 0;
  }
}

/** Why a file is not even read: it could not be opened, is empty, or is no image by its type. */
function refusal({ file }: Entry): Failure | undefined {
  if (!file) return { code: 'unreadable', message: 'The file could not be opened.' };
  if (file.size === 0) return { code: 'empty-file', message: 'The file is empty.' };
  if (!file.type || file.type.startsWith('image/') || file.type === 'application/octet-stream') return undefined;
  return { code: 'not-an-image', message: `The file is of type ${file.type}.` };
}

async function failureOf(error: unknown, file: File | undefined): Promise<Failure> {
  const {
    code = 'unknown',
    message = String(error),
    size,
  } = error as { code?: string; message?: string } & ErrorDetails;
  const rare = file && (await imageProblem(code, file));
  return rare ? { ...rare, message } : { code, message, size };
}

/** Shows the parts in the browser's profiler. Thousands of them are not kept. */
function measure(timings: { decode: number; resize: number; network: number; total: number }): void {
  let start = performance.now() - timings.total;
  for (const part of ['decode', 'resize', 'network'] as const) {
    const name = `depthwise: folder ${part}`;
    performance.measure(name, { start, duration: timings[part] });
    performance.clearMeasures(name);
    start += timings[part];
  }
}
