// The worker: decodes and draws pictures, and has the Go program look at them.

import { checkCanvas, drawThumbnail, drawViews } from './canvas.js';
import { type Decoded, decode } from './decode.js';
import { aborted, asError } from './errors.js';
import { abort, call, start } from './go.js';
import { mark } from './mark.js';
import type { FromWorker, Look, Open, Opened, Picture, Request, ToWorker, Views } from './messages.js';
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

/** Found out while program and model are still on their way. */
const canvas = checkCanvas();

let resolution = 0;
let output: 'uint8' | 'int8' | 'float32' = 'uint8';

globalThis.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ('abort' in data) {
    if (data.abort !== running) return;
    controller.abort();
    return abort();
  }
  if ('program' in data) {
    program = start(data.program, (crash) => reply({ crash }));
    program.then(
      () => mark('program runs'),
      () => {}, // open says so
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
    const { code, message } = asError(error);
    reply({ id: data.id, error: { code, message } });
  }
  running = 0;
};

/** Holds a lock by which the page learns that this worker has ended, whatever ended it. An insecure page has no locks. */
function holdLock(): void {
  if (!navigator.locks) return;
  const lock = `mobilenet ${crypto.randomUUID()}`;
  const hold = () => {
    reply({ lock });
    return new Promise<never>(() => {});
  };
  navigator.locks.request(lock, hold).catch(() => {}); // some frames may not
}
holdLock();

async function answer(request: Request): Promise<unknown> {
  switch (request.method) {
    case 'open':
      return open(request);
    case 'run': {
      const { output: bytes, logits } = await call('run', request.rgb);
      return { output: typed(bytes), logits };
    }
    case 'profile':
      return call('profile', request.rgb);
    case 'memory':
      return call('memory');
    case 'weights':
      return call('weights', request.index);
  }
  const { rgba, box, decode, resize, thumbnail, begun } = await see(request.picture, request.look);
  switch (request.method) {
    case 'classify': {
      const [{ best, embedding, network }, small] = await Promise.all([
        call('classify', rgba, request.topK, request.embedding),
        thumbnail,
      ]);
      const index = request.heatmap === 'best' ? best[0] : request.heatmap;
      const first = rgba.subarray(0, resolution * resolution * 4);
      const heatmap = index === undefined ? undefined : { ...(await call('heatmap', first, index)), box };
      const timings = { decode, resize, network, total: performance.now() - begun };
      return { best, embedding, heatmap, thumbnail: small, timings };
    }
    case 'embed':
      return call('embed', rgba);
    case 'heatmap':
      return { ...(await call('heatmap', rgba, request.index)), box };
    case 'activations':
      return call('activations', rgba, request.index);
  }
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
  /** undefined: only in its turn. */
  decoding: Promise<Decoded | undefined>;
  controller: AbortController;
}

/** Pictures that are decoded before their turn, by the number they were announced with. */
const early = new Map<number, Early>();

/** How many of them are still being decoded though nobody wants them any more. */
let unwanted = 0;

/** Starts to decode a file that will soon be asked for; without a blob, forgets it. */
function decodeEarly(number: number, blob: Blob | null): void {
  if (blob) {
    if (unwanted > 0) return; // calls that come and are aborted must not fill the memory
    const controller = new AbortController();
    const decoding = decode(blob, controller.signal, true);
    decoding.catch(() => {}); // said in its turn
    early.set(number, { decoding, controller });
  } else {
    forget(number);
  }
}

async function forget(number: number): Promise<void> {
  const begun = early.get(number);
  if (!begun) return;
  early.delete(number);
  begun.controller.abort();
  unwanted++;
  const decoded = await begun.decoding.catch(() => undefined);
  decoded?.bitmap.close();
  unwanted--;
}

async function decodeFile({ blob, early: number = 0 }: Picture & { kind: 'file' }): Promise<Decoded> {
  const begun = early.get(number);
  early.delete(number);
  if (begun) controller = begun.controller; // this request's, from here on
  return (await begun?.decoding) ?? decode(blob, controller.signal);
}

/** A picture as the network sees it, and when the work on it would have begun without waiting for other calls. */
async function see(picture: Picture, look: Look): Promise<Seen> {
  if (picture.kind === 'views') {
    const { thumbnail, ...views } = picture;
    return { ...views, thumbnail: Promise.resolve(thumbnail), begun: performance.now() - views.decode - views.resize };
  }
  const { bitmap, decode } = picture.kind === 'file' ? await decodeFile(picture) : picture;
  const begun = performance.now() - decode;
  const { width, height } = bitmap;
  try {
    if (controller.signal.aborted) throw aborted();
    const views = drawViews(bitmap, width, height, look, resolution);
    // It is encoded while the network runs.
    const thumbnail = look.thumbnail
      ? drawThumbnail(bitmap, width, height, look.thumbnail)
      : Promise.resolve(undefined);
    return { ...views, decode, thumbnail, begun };
  } finally {
    bitmap.close();
  }
}

type Seen = Omit<Views, 'thumbnail'> & { thumbnail: Promise<Blob | undefined>; begun: number };

/** The output tensor's bytes as values of its type. */
function typed(bytes: Uint8Array<ArrayBuffer>) {
  if (output === 'int8') return new Int8Array(bytes.buffer);
  if (output === 'float32') return new Float32Array(bytes.buffer);
  return bytes;
}

/** The memory of the arrays in an answer, to be handed over and not copied. */
function buffers(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  return Object.values(value as object)
    .filter(ArrayBuffer.isView)
    .map((array) => array.buffer as ArrayBuffer);
}
