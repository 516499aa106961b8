// A model's file and what belongs to it, from wherever load() was told to take it.

import { sha256 } from '../common/sha256.js';
import { show } from './check.js';
import { downloadBytes, downloadCompressed, prefersGzip, type Transfer } from './download.js';
import type { FileErrorCodes } from './download-error.js';
import { MobileNetError, text } from './errors.js';
import type { Catalogue, ModelFiles } from './files.js';
import { isA } from './kinds.js';
import { type loadOptions, triples } from './load-options.js';
import type { LoadOptions } from './mobilenet.d.ts';
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

const codes: FileErrorCodes = { missing: 'model-not-found', html: 'model-is-html', corrupt: 'model-corrupt' };

const labelCodes: FileErrorCodes = {
  missing: 'labels-not-found',
  html: 'labels-not-found',
  corrupt: 'download-failed',
};

/** `gzip` tells whether compressed copies are preferred to what the server sends otherwise. */
export async function loadWeights(
  options: ReturnType<typeof loadOptions>,
  models: Catalogue,
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

  const entry = await find(model, models, signal);
  const usual = normalizationOf(entry, models);
  const listed = entry.labels && !given ? labelText(entry.labels, signal, entry.weights.hint) : undefined;
  const { name, size, weights: file } = entry;
  const modelGzip = gzip.then((preferred) => preferred || prefersGzip(file, signal));
  const bytes = downloadCompressed(file, modelGzip, { ...transfer, size }, (content) => verified(content, entry));
  const weights = await both(name, bytes, listed);
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

async function find(name: string | undefined, models: Catalogue, signal?: AbortSignal): Promise<ModelFiles> {
  const entries = await models.list(signal);
  const entry = name === undefined ? entries[0] : entries.find((e) => e.name === name);
  if (entry) return entry;
  if (entries.length === 0) {
    throw new MobileNetError(
      'model-not-found',
      `No model comes with ${models.name}; give one as the option model, by URL or as a file.`,
    );
  }
  const names = entries.map((e) => e.name).join(', ');
  const asked = name === undefined ? '' : show(name);
  throw new MobileNetError('model-not-found', `There is no model ${asked} in ${models.name}, only: ${names}`);
}

/** The listed normalisation of a model's pixels. */
function normalizationOf({ name, normalize }: ModelFiles, models: Catalogue): Weights['normalize'] {
  try {
    return normalize && triples(normalize);
  } catch (cause) {
    throw new MobileNetError('model-corrupt', `${models.name} is wrong about ${show(name)}: ${text(cause)}.`, {
      cause,
    });
  }
}

/** All bytes of a listed model, if they are the listed ones. */
async function verified(content: Content, { weights, size, sha256: expected }: ModelFiles) {
  const file = nameOf(weights.url);
  const bytes = await readBytes(content, file, codes.corrupt, size);
  const hash = await sha256(bytes);
  if (hash === undefined || hash === expected) return bytes;
  throw new MobileNetError(codes.corrupt, `${file} was altered: its SHA-256 is ${hash}, not ${expected}.`);
}

/** hint is what an error says besides if the file is not there. */
async function labelText(
  labels: NonNullable<LoadOptions['labels']>,
  signal?: AbortSignal,
  hint?: string,
): Promise<string> {
  if (typeof labels !== 'string' && !isA(labels, 'URL')) {
    return labels.map((label: string) => label.replace(/\s+/g, ' ')).join('\n');
  }
  const bytes = await downloadBytes(pageUrl(labels, 'labels'), { signal, codes: { ...labelCodes, hint } });
  return new TextDecoder().decode(bytes);
}
