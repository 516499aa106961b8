// A model's file and what belongs to it, from wherever load() was told to take it.

import {
  checkSize,
  download,
  downloadPacked,
  type Failures,
  nameOf,
  packsBetter,
  readBytes,
  type Transfer,
} from './download.js';
import { MobileNetError } from './errors.js';
import { isA } from './kinds.js';
import type { ListedModel, LoadOptions } from './mobilenet.d.ts';
import { show } from './options.js';
import type { DownloadProgress } from './progress.js';

export interface Weights {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** A label a line. */
  labels: string | undefined;
  normalize: LoadOptions['normalize'];
}

/** One of models/models.json, which weights/fetch writes. */
interface Entry extends ListedModel {
  file: string;
  labels?: string;
  sha256: string;
  normalize?: LoadOptions['normalize'];
}

const index = new URL('../models/models.json', import.meta.url);

const failures: Failures = { missing: 'model-not-found', html: 'model-is-html', corrupt: 'model-corrupt' };

const labelFailures: Failures = { missing: 'labels-not-found', html: 'labels-not-found', corrupt: 'download-failed' };

/** `packs` tells whether the server packs anything better than gzip. */
export async function loadWeights(
  options: LoadOptions,
  progress: DownloadProgress,
  packs: Promise<boolean>,
): Promise<Weights> {
  const { model, labels } = options;
  const transfer: Transfer = { signal: options.signal, failures };
  const own = labels === undefined ? undefined : labelText(labels, options.signal);
  own?.catch(() => {}); // it is said below, unless something else fails before
  const both = async (name: string, bytes: Promise<Uint8Array<ArrayBuffer>>, theirs?: Promise<string>) => {
    const [content, text] = await Promise.all([bytes, own ?? theirs]);
    return { name, bytes: content, labels: text, normalize: options.normalize };
  };

  if (isA(model, 'ArrayBuffer', 'Uint8Array')) {
    checkSize('model', model.byteLength);
    return both('model', Promise.resolve(copyOf(model)));
  }
  if (isA(model, 'Blob')) {
    const { name = 'model' } = model as Partial<File>;
    checkSize(name, model.size);
    return both(name, readFile(model, name));
  }
  const onProgress = progress.part();
  if (isA(model, 'URL') || (typeof model === 'string' && /\/|\.tflite$/.test(model))) {
    const url = pageUrl(model, 'model');
    const content = download(url, { ...transfer, onProgress });
    return both(
      nameOf(url),
      content.then((c) => readBytes(c, nameOf(url), 'model-corrupt')),
    );
  }

  const entry = await find(model, transfer);
  const theirs = entry.labels && !own ? labelText(new URL(entry.labels, index), options.signal) : undefined;
  const url = new URL(entry.file, index);
  const better = packs.then((some) => some && packsBetter(url, options.signal));
  const bytes = downloadPacked(url, better, { ...transfer, size: entry.size, onProgress }, (content) =>
    verified(content, entry),
  );
  const weights = await both(entry.name, bytes, theirs);
  return { ...weights, normalize: weights.normalize ?? entry.normalize };
}

/** The bytes as they are now, whatever becomes of them during the download. */
function copyOf(model: ArrayBuffer | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(model).slice();
  } catch (cause) {
    throw new MobileNetError(
      'bad-argument',
      'model is an ArrayBuffer that was transferred, and has no bytes any more',
      {
        cause,
      },
    );
  }
}

async function readFile(file: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new MobileNetError('model-corrupt', `${name} cannot be read; it may have been changed or moved.`, { cause });
  }
}

/** The URL that a page's own code means. */
export function pageUrl(url: string | URL, what = 'source'): URL {
  try {
    if (url !== '') return new URL(url, typeof document === 'object' ? document.baseURI : globalThis.location.href);
  } catch {
    // said below
  }
  throw new MobileNetError('bad-argument', `${what} ${show(url)} is no URL`);
}

export async function listed(options: { signal?: AbortSignal }): Promise<Entry[]> {
  const bytes = await readBytes(await download(index, { ...options, failures }), 'models.json', 'model-corrupt');
  try {
    const entries = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(entries)) return entries;
  } catch (cause) {
    throw new MobileNetError('model-corrupt', `${index.href} is not JSON.`, { cause });
  }
  throw new MobileNetError('model-corrupt', `${index.href} is no list of models.`);
}

async function find(name: string | undefined, transfer: Transfer): Promise<Entry> {
  const entries = await listed(transfer);
  const entry = name === undefined ? entries[0] : entries.find((e) => e.name === name);
  if (entry) return entry;
  const names = entries.map((e) => e.name).join(', ');
  throw new MobileNetError(
    'model-not-found',
    `There is no model ${name === undefined ? '' : show(name)} in ${index.href}, only: ${names}`,
  );
}

/** All bytes of a listed model, if they are the listed ones. */
async function verified(content: ReadableStream<Uint8Array<ArrayBuffer>>, { file, size, sha256 }: Entry) {
  const bytes = await readBytes(content, file, 'model-corrupt', size);
  if (!globalThis.crypto?.subtle) return bytes; // plain http: has none
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hex === sha256) return bytes;
  throw new MobileNetError('model-corrupt', `${file} was altered: its SHA-256 is ${hex}, not ${sha256}.`);
}

async function labelText(labels: NonNullable<LoadOptions['labels']>, signal?: AbortSignal): Promise<string> {
  if (typeof labels === 'string' || isA(labels, 'URL')) {
    const url = pageUrl(labels, 'labels');
    const content = await download(url, { signal, failures: labelFailures });
    return new TextDecoder().decode(await readBytes(content, nameOf(url), labelFailures.corrupt));
  }
  return labels.map((label: string) => label.replace(/\s+/g, ' ')).join('\n');
}
