// The worker: decodes and draws images, and has the Go program run the network on them.

import { RequestLog } from '../common/request-log.js';
import { checkCanvas, drawThumbnail, drawViews } from './canvas.js';
import { type Decoded, decode } from './decode.js';
import { aborted, asError } from './errors.js';
import { abort, call, startProgram } from './go.js';
import { mark } from './mark.js';
import type {
  Classification,
  Framing,
  FromWorker,
  InputImage,
  Open,
  Opened,
  Request,
  ToWorker,
  Views,
} from './messages.js';
import { startWorker } from './start-worker.js';

const reply = (message: FromWorker, transfer: Transferable[] = []) =>
  (globalThis as unknown as { postMessage: Worker['postMessage'] }).postMessage(message, transfer);

declare const THREAD_FILE: string;

/** The request under way, and what aborts it. */
let running = 0;
let controller = new AbortController();

/** The Go program's start. */
let program: Promise<void> | undefined;

mark('worker runs');

/** Checked while program and model are still on their way. */
const canvas = checkCanvas();

const requests = new RequestLog();

let resolution = 0;
let output: 'uint8' | 'int8' | 'float32' = 'uint8';

globalThis.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ('abort' in data) {
    if (data.abort !== running) return;
    controller.abort();
    return abort();
  }
  if ('program' in data) {
    program = startProgram(data.program, (crash) => reply({ crash }));
    program.then(
      () => mark('program runs'),
      () => {}, // reported by open
    );
    return;
  }
  if ('ping' in data) return reply({ alive: true });
  if ('early' in data) return decodeEarly(data.early, data.blob);
  running = data.id;
  controller = new AbortController();
  try {
    const value = await answer(data.request);
    reply({ id: data.id, value }, buffers(value));
  } catch (error) {
    const { code, message, size } = asError(error);
    reply({ id: data.id, error: { code, message, size } });
  }
  running = 0;
};

/** Holds a lock that tells the page when this worker has ended, whatever ended it. An insecure page has no locks. */
function holdLock(): void {
  if (!navigator.locks) return;
  const lock = `mobilenet ${crypto.randomUUID()}`;
  const hold = () => {
    reply({ lock });
    return new Promise<never>(() => {});
  };
  navigator.locks.request(lock, hold).catch(() => {}); // some frames are not allowed to
}
holdLock();

async function answer(request: Request): Promise<unknown> {
  switch (request.method) {
    case 'open':
      return open(request);
    case 'run': {
      const { output: bytes, logits } = await call('run', request);
      return { output: typed(bytes), logits };
    }
    case 'memory':
      return call('memory', {});
    case 'requests':
      return requests.since(request.since).length;
    case 'profile':
    case 'weights':
    case 'heatmap':
      return call(request.method, request);
  }
  const { rgba, box, decode, resize, thumbnail, start } = await preprocess(request.image, request.framing);
  if (request.method === 'activations') return call('activations', { rgba, layer: request.layer });
  const [{ network, ...outputs }, jpeg] = await Promise.all([call('classify', { ...request, rgba }), thumbnail]);
  const timings = { decode, resize, network, total: performance.now() - start };
  return { ...outputs, box, thumbnail: jpeg, timings } satisfies Classification;
}

async function open(options: Open): Promise<Opened> {
  await program;
  mark('opens');
  const { output: type, ...opened } = await call('open', {
    ...options,
    newThread: () => startWorker(THREAD_FILE),
    onComputing: (computing) => reply({ computing }),
  });
  mark('opened');
  output = type;
  resolution = opened.resolution;
  return { ...opened, canvas };
}

interface Early {
  /** Gives undefined for a file that is too large to be decoded before its turn. */
  decoding: Promise<Decoded | undefined>;
  controller: AbortController;
}

/** Files that are decoded before their turn, by the number under which they were announced. */
const early = new Map<number, Early>();

/** How many files are still being decoded whose calls were aborted. */
let unwanted = 0;

/** Starts to decode the file of a later request; without a blob, drops it. */
function decodeEarly(number: number, blob: Blob | null): void {
  if (blob) {
    if (unwanted > 0) return; // or many calls that are soon aborted would fill the memory
    const controller = new AbortController();
    const decoding = decode(blob, controller.signal, true);
    decoding.catch(() => {}); // reported in its turn
    early.set(number, { decoding, controller });
  } else {
    drop(number);
  }
}

async function drop(number: number): Promise<void> {
  const begun = early.get(number);
  if (!begun) return;
  early.delete(number);
  begun.controller.abort();
  unwanted++;
  const decoded = await begun.decoding.catch(() => undefined);
  decoded?.bitmap.close();
  unwanted--;
}

async function decodeFile({ blob, early: number = 0 }: InputImage & { kind: 'file' }): Promise<Decoded> {
  const begun = early.get(number);
  early.delete(number);
  if (begun) controller = begun.controller; // this request's, from here on
  return (await begun?.decoding) ?? decode(blob, controller.signal);
}

/** The model's input for an image, and when the work on it would have started without the wait for other calls. */
async function preprocess(image: InputImage, framing: Framing): Promise<Preprocessed> {
  if (image.kind === 'views') {
    const { thumbnail, ...views } = image;
    return { ...views, thumbnail: Promise.resolve(thumbnail), start: performance.now() - views.decode - views.resize };
  }
  const { bitmap, decode } = image.kind === 'file' ? await decodeFile(image) : image;
  const start = performance.now() - decode;
  const { width, height } = bitmap;
  try {
    if (controller.signal.aborted) throw aborted();
    const views = drawViews(bitmap, width, height, framing, resolution);
    const thumbnail = drawThumbnail(bitmap, width, height, framing.thumbnail); // encoded while the network runs
    return { ...views, decode, thumbnail, start };
  } finally {
    bitmap.close();
  }
}

type Preprocessed = Omit<Views, 'thumbnail'> & { thumbnail: Promise<Blob | undefined>; start: number };

/** The output tensor's bytes as values of its type. */
function typed(bytes: Uint8Array<ArrayBuffer>) {
  if (output === 'int8') return new Int8Array(bytes.buffer);
  if (output === 'float32') return new Float32Array(bytes.buffer);
  return bytes;
}

/** The buffers of the arrays in an answer, to be transferred and not copied. */
function buffers(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(buffers);
}
