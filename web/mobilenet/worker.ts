// The worker: decodes and draws pictures, and has the Go program look at them.

import { checkCanvas, drawViews } from './canvas.js';
import { decode } from './decode.js';
import { aborted, asError } from './errors.js';
import { abort, call, start } from './go.js';
import type { FromWorker, Look, Open, Opened, Picture, Request, ToWorker, Views } from './messages.js';
import { startWorker } from './start-worker.js';

const reply = (message: FromWorker, transfer: Transferable[] = []) =>
  (globalThis as unknown as { postMessage: Worker['postMessage'] }).postMessage(message, transfer);

declare const THREAD_FILE: string;

/** The request under way, and whether it was aborted. */
let running = 0;
let stopped = false;

let resolution = 0;
let output: 'uint8' | 'int8' | 'float32' = 'uint8';

globalThis.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if ('abort' in data) {
    if (data.abort !== running) return;
    stopped = true;
    return abort();
  }
  running = data.id;
  stopped = false;
  try {
    const value = await answer(data.request);
    reply({ id: data.id, value }, buffers(value));
  } catch (error) {
    const { code, message } = asError(error);
    reply({ id: data.id, error: { code, message } });
  }
  running = 0;
};

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
    case 'weights':
      return call('weights', request.index);
  }
  const begun = performance.now();
  const { rgba, box, decode, resize } = await see(request.picture, request.look);
  switch (request.method) {
    case 'classify': {
      const { best, network } = await call('classify', rgba, request.topK);
      const before = request.picture.kind === 'file' ? 0 : decode + (request.picture.kind === 'views' ? resize : 0);
      return { best, timings: { decode, resize, network, total: before + performance.now() - begun } };
    }
    case 'embed':
      return call('embed', rgba);
    case 'heatmap':
      return { ...(await call('heatmap', rgba, request.index)), box };
    case 'activations':
      return call('activations', rgba, request.index);
  }
}

async function open({ program, ...options }: Open): Promise<Opened> {
  await start(program, (crash) => reply({ crash }));
  const { output: type, ...opened } = await call('open', {
    ...options,
    newThread: () => startWorker(THREAD_FILE),
    onComputing: (computing) => reply({ computing }),
  });
  output = type;
  resolution = opened.resolution;
  return { ...opened, canvas: checkCanvas() };
}

/** A picture as the network sees it. */
async function see(picture: Picture, look: Look): Promise<Views> {
  if (picture.kind === 'views') return picture;
  const begun = performance.now();
  const bitmap = picture.kind === 'file' ? await decode(picture.blob) : picture.bitmap;
  try {
    if (stopped) throw aborted();
    const time = picture.kind === 'file' ? performance.now() - begun : picture.decode;
    return { ...drawViews(bitmap, bitmap.width, bitmap.height, look, resolution), decode: time };
  } finally {
    bitmap.close();
  }
}

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
