// net.teach, and what net.save needs to know of a head. It is a file of its own, fetched with the first call; and so that it brings no second
// copy of the library's code along, it imports types alone, and is given what it needs of the rest.

import type { AsideOptions } from './beside.js';
import type * as check from './check.js';
import type { MobileNetError } from './errors.js';
import type { fromJson, useRequest } from './head.js';
import type { isA } from './kinds.js';
import type * as api from './mobilenet.d.ts';
import type { checkSource } from './source.js';
import type { HeadArgs, Start, Taught, TeachArgs } from './workshop.js';

/** What the library gives. */
export interface Hands {
  need: typeof check.need;
  show: typeof check.show;
  read: typeof check.read;
  guarded: typeof check.guarded;
  checkSignal: typeof check.checkSignal;
  isA: typeof isA;
  checkSource: typeof checkSource;
  useRequest: typeof useRequest;
  fromJson: typeof fromJson;
  MobileNetError: typeof MobileNetError;
  /** The size of the model's embeddings. */
  size: number;
  classify: api.MobileNet['classify'];
  /** The model's fingerprint. */
  identify: (signal: AbortSignal | undefined) => Promise<string>;
  learn: (args: Omit<TeachArgs, 'onProgress'>, options: AsideOptions) => Promise<Taught>;
}

/** How many images wait to be classified: so that the next one is decoded while the network runs, and other calls have their turn. */
const waiting = 3;

/** The share of what is known that the threshold for none of these keeps, unless the caller says. */
const usualKeep = 0.9;

/** How many embeddings a head keeps. */
const maxExamples = 1024;

/** What a class of a head to begin from is called that the examples have not. */
const noClass = -2;
const counterClass = -1;

type Embedding = Float32Array;

/** An example that was checked. */
interface Checked {
  label: string | null;
  source?: api.Source | undefined;
  embeddings?: readonly Embedding[] | undefined;
}

export class Teacher {
  #hands: Hands;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  async teach(given: readonly api.Example[], options?: api.TeachOptions): Promise<api.Head> {
    const { guarded, learn, identify, size } = this.#hands;
    const { signal, keep, noneOfThese, validate, curve, start, onProgress } = guarded(() => this.#options(options))();
    const examples = guarded(() => this.#examples(given))();
    const labels = [...new Set(examples.map(({ label }) => label))].filter((label) => label !== null);
    const counter = examples.some(({ label }) => label === null);
    const tell = teller(onProgress);

    const embeddings = await this.#embed(examples, signal, (done) => tell('embed', done));
    const model = await identify(signal);
    const classOf = new Map<string | null, number>([...labels.entries()].map(([i, label]) => [label, i]));
    classOf.set(null, counterClass);
    const all = embeddings.flat();
    const kept = someOf(all, size);
    tell('learn', 0);
    const taught = await learn(
      {
        embeddings: pack(all, size),
        size,
        views: Int32Array.from(embeddings, (views) => views.length),
        classes: Int32Array.from(examples, ({ label }) => classOf.get(label) ?? noClass),
        validate,
        curve,
        keep: noneOfThese,
        start: start && startArgs(start, model, size, classOf),
      },
      { ...(signal && { signal }), keep: true, onProgress: (done) => tell('learn', done) },
    );
    tell('learn', 1);

    const { weights, bias, strength, centre, threshold, report } = taught;
    const names = counter ? [...labels, null] : labels;
    return {
      labels,
      counter,
      keep,
      weights,
      bias,
      ...(centre && threshold !== undefined && { noneOfThese: { centre, threshold } }),
      strength,
      model,
      examples: kept,
      ...(report && {
        report: { ...report, classes: report.classes.map((each, i) => ({ label: names[i] ?? null, ...each })) },
      }),
    };
  }

  /** A head and the labels with which it is saved; names are those that the caller wants. */
  save(given: api.Head, names?: readonly string[]): { head: HeadArgs; labels: readonly string[] } {
    const { guarded, useRequest, size } = this.#hands;
    const { labels, weights, bias, counter, centre, threshold, model } = useRequest(given, size);
    const examples = guarded(({ examples }: api.Head) => {
      const none = Array.isArray(examples) && examples.length === 0;
      return none ? [] : this.#embeddings(examples, 'head.examples');
    })(given);
    const told = centre.length > 0;
    return {
      head: {
        weights,
        bias,
        counter,
        centre: told ? centre : undefined,
        threshold: told ? threshold : undefined,
        examples: pack(examples, size),
        model,
      },
      labels: names && counter && names.length < labels.length ? [...names, ...labels.slice(-1)] : (names ?? labels),
    };
  }

  #options(given: api.TeachOptions | undefined) {
    const { need, show, read, checkSignal } = this.#hands;
    const options = read(given, 'signal', 'noneOfThese', 'keep', 'validate', 'curve', 'start', 'onProgress');
    const { signal, noneOfThese = true, keep = 'own', validate = true, curve = false, start, onProgress } = options;
    checkSignal(signal);
    const share = typeof noneOfThese === 'number' && noneOfThese > 0 && noneOfThese < 1;
    need(
      typeof noneOfThese === 'boolean' || share,
      `noneOfThese ${show(noneOfThese)} is not true, false or a number between 0 and 1`,
    );
    need(['own', 'both'].includes(keep), `keep ${show(keep)} is not 'own' or 'both'`);
    for (const [name, value] of Object.entries({ validate, curve })) {
      need(typeof value === 'boolean', `${name} ${show(value)} is not true or false`);
    }
    need(onProgress === undefined || typeof onProgress === 'function', `onProgress ${show(onProgress)} is no function`);
    return {
      signal,
      keep,
      noneOfThese: typeof noneOfThese === 'number' ? noneOfThese : noneOfThese ? usualKeep : 0,
      validate,
      curve,
      start: start === undefined ? undefined : this.#start(start),
      onProgress,
    };
  }

  #examples(given: readonly api.Example[]): Checked[] {
    const { need, show, MobileNetError } = this.#hands;
    const checkSource: Hands['checkSource'] = this.#hands.checkSource;
    need(Array.isArray(given), `examples ${show(given)} are no array`);
    const examples = Array.from(given, (example: api.Example, i): Checked => {
      const name = `examples[${i}]`;
      if (typeof example !== 'object' || example === null) need(false, `${name} ${show(example)} is no object`);
      const { label, source, embeddings } = example;
      if (label !== null) {
        if (typeof label !== 'string') need(false, `${name}.label ${show(label)} is no string and not null`);
        need(label.trim() !== '', `${name}.label is empty`);
        need(!/[\r\n]/.test(label), `${name}.label has more than one line`);
      }
      if (embeddings !== undefined) return { label, embeddings: this.#embeddings(embeddings, `${name}.embeddings`) };
      need(source !== undefined, `${name} has neither a source nor embeddings`);
      try {
        checkSource(source);
      } catch (cause) {
        throw new MobileNetError('bad-argument', `${name}.source: ${(cause as Error).message}`, { cause });
      }
      return { label, source };
    });
    const classes = new Set(examples.map(({ label }) => label)).size;
    need(
      classes >= 2,
      `There are examples of ${classes === 0 ? 'no class' : 'one class only'}; at least two are needed, or one and counter-examples (label: null).`,
    );
    return examples;
  }

  #embeddings(given: unknown, name: string): readonly Embedding[] {
    const { need, show, isA, size, fromJson } = this.#hands;
    const remedy = 'classify with embeddings: true gives them';
    if (!Array.isArray(given)) need(false, `${name} ${show(given)} are no array of Float32Array; ${remedy}`);
    const list: unknown[] = Array.from(given as unknown[], fromJson);
    need(list.length > 0, `${name} are empty; ${remedy}`);
    for (const [i, each] of list.entries()) {
      // Texts that nobody reads would cost more than all else here.
      if (!isA(each, 'Float32Array')) need(false, `${name}[${i}] ${show(each)} is no Float32Array; ${remedy}`);
      const { length } = each as Embedding;
      if (length !== size) need(false, `${name}[${i}] has ${length} numbers; this model's embeddings have ${size}`);
    }
    return list as Embedding[];
  }

  /** Checks a head to begin from. One of another model is of no use, but no mistake. */
  #start(given: api.Head): api.Head {
    const { need, show, isA, read, fromJson } = this.#hands;
    need(typeof given === 'object' && given !== null, `start ${show(given)} is no head; teach gives one`);
    const head = read(given, 'labels', 'counter', 'weights', 'bias', 'noneOfThese', 'strength', 'model') as api.Head;
    head.weights = fromJson(head.weights) as api.Head['weights'];
    head.bias = fromJson(head.bias) as api.Head['bias'];
    const { labels, counter, weights, bias, noneOfThese, strength } = head;
    need(Array.isArray(labels), `start.labels ${show(labels)} are no array`);
    for (const [name, value] of Object.entries({ weights, bias })) {
      need(isA(value, 'Float32Array'), `start.${name} ${show(value)} is no Float32Array`);
    }
    const classes = labels.length + (counter ? 1 : 0);
    need(bias.length === classes, `start.bias has ${bias.length} numbers for ${classes} classes`);
    need(typeof strength === 'number' && strength > 0, `start.strength ${show(strength)} is no positive number`);
    const threshold = noneOfThese?.threshold ?? 0;
    need(Number.isFinite(threshold), `start.noneOfThese.threshold ${show(threshold)} is no finite number`);
    return head;
  }

  /** The embeddings of all examples: those that they have, and those of their images. */
  async #embed(examples: Checked[], signal: AbortSignal | undefined, tell: (done: number) => void) {
    const { classify, MobileNetError } = this.#hands;
    const found = examples.map(({ embeddings }) => embeddings);
    const images = [...examples.entries()].filter(([, { embeddings }]) => !embeddings);
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    let next = 0;
    let done = 0;
    let failure: unknown;
    const take = async () => {
      for (let image = images[next++]; image && !failure; image = images[next++]) {
        const [i, { source }] = image;
        try {
          const options = { views: 2, embeddings: true, topK: 1, signal: stop.signal } as const;
          found[i] = (await classify(source as api.Source, options)).embeddings;
          tell(++done / images.length);
        } catch (error) {
          failure ??= stop.signal.aborted ? error : named(error as MobileNetError, i);
          stop.abort(); // the others
        }
      }
    };
    const named = (cause: MobileNetError, i: number) =>
      new MobileNetError(cause.code, `examples[${i}]: ${cause.message}`, { cause, size: cause.size });
    await Promise.all(Array.from({ length: waiting }, take));
    signal?.removeEventListener('abort', abort);
    if (failure) throw failure;
    return found as (readonly Embedding[])[];
  }
}

/** One array of all embeddings, to be handed over and not copied again. */
function pack(embeddings: readonly Embedding[], size: number): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(embeddings.length * size);
  for (const [i, each] of embeddings.entries()) packed.set(each, i * size);
  return packed;
}

/** Copies of some of them, spread evenly, as parts of one array. */
function someOf(embeddings: readonly Embedding[], size: number): Float32Array<ArrayBuffer>[] {
  const n = embeddings.length;
  const length = Math.min(n, maxExamples);
  const chosen = Array.from({ length }, (_, i) => embeddings[Math.floor((i * n) / length)] as Embedding);
  const packed = pack(chosen, size);
  return chosen.map((_, i) => packed.subarray(i * size, (i + 1) * size));
}

/** A head to begin from, for the classes of the examples; undefined for one of another model. */
function startArgs(
  head: api.Head,
  model: string,
  size: number,
  classOf: Map<string | null, number>,
): Start | undefined {
  const { labels, counter, weights, bias, strength, noneOfThese } = head;
  if (weights.length !== bias.length * size || (head.model ?? model) !== model) return undefined;
  const names = counter ? [...labels, null] : labels;
  return {
    weights,
    bias,
    classes: Int32Array.from(names, (name) => classOf.get(name) ?? noClass),
    strength,
    threshold: noneOfThese?.threshold,
  };
}

/** Tells a caller how far the work is; it never goes back. */
function teller(onProgress: api.TeachOptions['onProgress']) {
  let told = '';
  return (stage: api.TeachProgress['stage'], done: number) => {
    if (told === `${stage} ${done}`) return; // a sign of life
    told = `${stage} ${done}`;
    try {
      onProgress?.({ stage, done });
    } catch (error) {
      // The caller's own error: reported as uncaught, as a listener's would be.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
