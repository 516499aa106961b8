// A model's file and what belongs to it, from wherever load() was told to take it.

import { prefersGzip } from '../common/gzip.js';
import { sha256 } from '../common/sha256.js';
import { downloadBytes, downloadCompressed, type Transfer } from './download.js';
import type { FileErrorCodes } from './download-error.js';
import { MobileNetError, text } from './errors.js';
import { isA } from './kinds.js';
import type { ListedModel, LoadOptions } from './mobilenet.d.ts';
import { type loadOptions, show, triples } from './options.js';
import type { DownloadProgress } from './progress.js';
import { type Content, checkSize, readBytes } from './read-bytes.js';
import { nameOf, pageUrl } from './urls.js';

export interface Weights {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** A label a line. */
  labels: string | undefined;
  normalize: ReturnType<typeof triples> | undefined;
}

/** One of models/models.json, which weights/fetch writes. */
interface Entry extends ListedModel {
  file: string;
  sha256: string;
  normalize?: LoadOptions['normalize'];
}

const index = new URL('../models/models.json', import.meta.url);

const codes: FileErrorCodes = { missing: 'model-not-found', html: 'model-is-html', corrupt: 'model-corrupt' };

const labelCodes: FileErrorCodes = {
  missing: 'labels-not-found',
  html: 'labels-not-found',
  corrupt: 'download-failed',
};

/** `gzip` tells whether compressed copies are preferred to what the server sends otherwise. */
export async function loadWeights(
  options: ReturnType<typeof loadOptions>,
  progress: DownloadProgress,
  gzip: Promise<boolean>,
): Promise<Weights> {
  const { model, labels, signal, normalize } = options;
  const given = labels === undefined ? undefined : labelText(labels, signal);
  given?.catch(() => {}); // reported below, unless something else fails before
  const both = async (name: string, content: Promise<Uint8Array<ArrayBuffer>>, listed?: Promise<string>) => {
    const [bytes, labels] = await Promise.all([content, given ?? listed]);
    return { name, bytes, labels, normalize };
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
  const transfer: Transfer = { signal, codes, onBytes: progress.part() };
  if (isA(model, 'URL') || (typeof model === 'string' && /\/|\.tflite$/.test(model))) {
    const url = pageUrl(model, 'model');
    return both(nameOf(url), downloadBytes(url, transfer));
  }

  const entry = await find(model, signal);
  const usual = normalizationOf(entry);
  const listed = entry.labels && !given ? labelText(entry.labels, signal) : undefined;
  const url = new URL(entry.file, index);
  const modelGzip = gzip.then((preferred) => preferred || prefersGzip(url, signal));
  const bytes = downloadCompressed(url, modelGzip, { ...transfer, size: entry.size }, (content) =>
    verified(content, entry),
  );
  const weights = await both(entry.name, bytes, listed);
  return { ...weights, normalize: normalize ?? usual };
}

/** The bytes as they are now, whatever becomes of them during the download. */
function copyOf(model: ArrayBuffer | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(model).slice();
  } catch (cause) {
    const why = 'model is an ArrayBuffer that was transferred, and has no bytes any more';
    throw new MobileNetError('bad-argument', why, { cause });
  }
}

async function readFile(file: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new MobileNetError('model-corrupt', `${name} cannot be read; it may have been changed or moved.`, { cause });
  }
}

export async function listed(signal?: AbortSignal): Promise<Entry[]> {
  const bytes = await downloadBytes(index, { signal, codes });
  try {
    const entries = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(entries)) return entries.map((entry) => ({ ...entry, ...labelUrl(entry) }));
  } catch (cause) {
    throw new MobileNetError('model-corrupt', `${index.href} is not JSON.`, { cause });
  }
  throw new MobileNetError('model-corrupt', `${index.href} is no list of models.`);
}

/** Its label file's URL, which the list gives relative to itself. */
const labelUrl = ({ labels }: Entry) => labels !== undefined && { labels: new URL(labels, index).href };

async function find(name: string | undefined, signal?: AbortSignal): Promise<Entry> {
  const entries = await listed(signal);
  const entry = name === undefined ? entries[0] : entries.find((e) => e.name === name);
  if (entry) return entry;
  const names = entries.map((e) => e.name).join(', ');
  throw new MobileNetError(
    'model-not-found',
    `There is no model ${name === undefined ? '' : show(name)} in ${index.href}, only: ${names}`,
  );
}

/** The listed normalisation of a model's pixels. */
function normalizationOf({ name, normalize }: Entry): Weights['normalize'] {
  try {
    return normalize && triples(normalize);
  } catch (cause) {
    throw new MobileNetError('model-corrupt', `${index.href} is wrong about ${show(name)}: ${text(cause)}.`, { cause });
  }
}

/** All bytes of a listed model, if they are the listed ones. */
async function verified(content: Content, { file, size, sha256: expected }: Entry) {
  const bytes = await readBytes(content, file, codes.corrupt, size);
  const hash = await sha256(bytes);
  if (hash === undefined || hash === expected) return bytes;
  throw new MobileNetError(codes.corrupt, `${file} was altered: its SHA-256 is ${hash}, not ${expected}.`);
}

async function labelText(labels: NonNullable<LoadOptions['labels']>, signal?: AbortSignal): Promise<string> {
  if (typeof labels !== 'string' && !isA(labels, 'URL')) {
    return labels.map((label: string) => label.replace(/\s+/g, ' ')).join('\n');
  }
  const bytes = await downloadBytes(pageUrl(labels, 'labels'), { signal, codes: labelCodes });
  return new TextDecoder().decode(bytes);
}
