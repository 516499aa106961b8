// The worker's end: decodes and draws images, and has the Go program run the network on them.

import { RequestLog } from '../common/request-log.js';
import { checkCanvas, drawThumbnail, drawViews } from './canvas.js';
import { cropBox, type View, viewsOf } from './crop.js';
import { type Decoded, decode } from './decode.js';
import { EarlyFiles } from './early.js';
import { aborted, asError } from './errors.js';
import { GoProgram } from './go.js';
import { mark } from './mark.js';
import type {
  Classification,
  Framing,
  FromWorker,
  InputImage,
  Open,
  Opened,
  PictureRequest,
  Request,
  Shape,
  ToWorker,
  Use,
  Views,
} from './messages.js';
import { startThread } from './platform.js';
import type { Port } from './roles.js';
import type { QuantizeArgs, TeachArgs } from './workshop.js';

/** Answers the requests that come by port. locks: this thread may end without a word, and a lock shall tell. */
export function serveModel(port: Port, locks: boolean): void {
  new ModelServer(port, locks);
}

class ModelServer {
  #port: Port;
  #program = new GoProgram((crash) => this.#reply({ crash }));
  #programStarts: Promise<void> | undefined;
  /** Checked while program and model are still on their way. */
  #canvas = checkCanvas();
  #requests = new RequestLog();
  #early = new EarlyFiles();
  /** The request under way, and what aborts it. */
  #running = 0;
  #controller = new AbortController();
  #shape: Shape = [0, 0, 0];
  #output: 'uint8' | 'int8' | 'float32' = 'uint8';
  /** The model's own. */
  #labels: readonly string[] = [];
  /** Whether the model tells images of none of its classes. */
  #tellsNone = false;
  /** The head that is used. */
  #used: Use | undefined;

  constructor(port: Port, locks: boolean) {
    mark('worker runs');
    this.#port = port;
    port.onmessage = ({ data }) => this.#receive(data);
    if (locks) this.#holdLock();
  }

  #reply(message: FromWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  async #receive(data: ToWorker): Promise<void> {
    if ('abort' in data) {
      if (data.abort !== this.#running) return;
      this.#controller.abort();
      return this.#program.abort();
    }
    if ('program' in data) {
      this.#programStarts = this.#program.start(data.program);
      this.#programStarts.then(
        () => mark('program runs'),
        () => {}, // reported by open
      );
      return;
    }
    if ('ping' in data) return this.#reply({ alive: true });
    if ('early' in data) return this.#early.announce(data.early, data.blob);
    this.#running = data.id;
    this.#controller = new AbortController();
    try {
      const value = await this.#answer(data.request as Exclude<Request, PictureRequest>);
      this.#reply({ id: data.id, value }, buffers(value));
    } catch (error) {
      const { code, message, size } = asError(error);
      this.#reply({ id: data.id, error: { code, message, size } });
    }
    this.#running = 0;
  }

  /** Holds a lock that tells the page when this worker has ended, whatever ended it. An insecure page has no locks. */
  #holdLock(): void {
    if (!globalThis.navigator?.locks) return;
    const lock = `mobilenet ${crypto.randomUUID()}`;
    const hold = () => {
      this.#reply({ lock });
      return new Promise<never>(() => {});
    };
    navigator.locks.request(lock, hold).catch(() => {}); // some frames are not allowed to
  }

  async #answer(request: Exclude<Request, PictureRequest>): Promise<unknown> {
    const program = this.#program;
    switch (request.method) {
      case 'open':
        return this.#open(request);
      case 'run': {
        const { output, logits } = await program.call('run', request);
        return { output: this.#typed(output), logits };
      }
      case 'use':
        await program.call('use', request);
        this.#used = request.labels.length > 0 ? request : undefined;
        return;
      case 'memory':
      case 'identify':
        return program.call(request.method, {});
      case 'requests':
        return this.#requests.since(request.since).length;
      case 'profile':
      case 'weights':
      case 'heatmap':
        return program.call(request.method, request);
      case 'write':
      case 'recognize': {
        await this.#programStarts;
        const answer = await program.call(request.method, request as never);
        if ('shape' in answer) this.#shape = answer.shape;
        return { ...answer, canvas: this.#canvas };
      }
      case 'teach':
      case 'quantize':
        await this.#programStarts;
        return program.call(request.method, {
          ...(request as never as TeachArgs & QuantizeArgs),
          newThread: startThread as () => Worker,
          onProgress: (progress) => this.#reply({ progress }),
        });
    }
    const { rgba, box, decode, resize, thumbnail, start } = await this.#preprocess(request.image, request.framing);
    if (request.method === 'activations') return program.call('activations', { rgba, layer: request.layer });
    if (request.method === 'calibrate') return program.call('calibrate', { rgba });
    const classifying = program.call('classify', { ...request, rgba });
    const [{ network, none, own, ownNone, ...outputs }, jpeg] = await Promise.all([classifying, thumbnail]);
    const timings = { decode, resize, network, total: performance.now() - start };
    const used = this.#used;
    const inPlace = used?.beside ? undefined : used;
    return {
      ...outputs,
      labels: labelsOf(outputs.best, inPlace?.labels ?? this.#labels),
      noneOfThese: (inPlace?.tellsNone ?? this.#tellsNone) ? none : undefined,
      own: own &&
        used && { best: own, labels: labelsOf(own, used.labels), noneOfThese: used.tellsNone ? ownNone : undefined },
      box,
      thumbnail: jpeg,
      timings,
    } satisfies Classification;
  }

  async #open(options: Open): Promise<Opened> {
    await this.#programStarts;
    mark('opens');
    const { output, ...opened } = await this.#program.call('open', {
      ...options,
      newThread: startThread as () => Worker,
      oneThread: startThread ? options.oneThread : 'workers cannot start others here',
      onComputing: (computing) => this.#reply({ computing }),
    });
    mark('opened');
    this.#output = output;
    this.#shape = opened.shape;
    this.#labels = opened.labels.split('\n');
    this.#tellsNone = opened.noneOfThese;
    return { ...opened, canvas: this.#canvas };
  }

  async #decodeFile({ blob, early = 0 }: InputImage & { kind: 'file' }): Promise<Decoded> {
    const begun = this.#early.take(early);
    if (begun) this.#controller = begun.controller; // this request's, from here on
    return (await begun?.decoding) ?? decode(blob, this.#controller.signal);
  }

  /** The model's input for an image, and when the work on it would have started without the wait for other calls. */
  async #preprocess(image: InputImage, framing: Framing): Promise<Preprocessed> {
    if (image.kind === 'views') {
      const { thumbnail, ...views } = image;
      return {
        ...views,
        thumbnail: Promise.resolve(thumbnail),
        start: performance.now() - views.decode - views.resize,
      };
    }
    if (image.kind === 'pixels') return this.#resize(image, framing);
    const { bitmap, decode } = image.kind === 'file' ? await this.#decodeFile(image) : image;
    const start = performance.now() - decode;
    const { width, height } = bitmap;
    try {
      if (this.#controller.signal.aborted) throw aborted();
      const views = drawViews(bitmap, width, height, framing, this.#shape);
      const thumbnail = drawThumbnail(bitmap, width, height, framing.thumbnail); // encoded while the network runs
      return { ...views, decode, thumbnail, start };
    } finally {
      bitmap.close();
    }
  }

  /** Has the program do what a canvas does elsewhere. */
  async #resize({ data, width, height }: InputImage & { kind: 'pixels' }, framing: Framing): Promise<Preprocessed> {
    const start = performance.now();
    const box = (crop: View['crop']) => cropBox(crop, width, height, this.#shape);
    const views = viewsOf(framing).map(({ crop, mirror }) => ({ ...box(crop), mirror }));
    const { rgba } = await this.#program.call('resize', { rgba: data, width, height, views });
    return {
      rgba: new Uint8ClampedArray(rgba.buffer),
      box: box(viewsOf(framing)[0].crop),
      decode: 0,
      resize: performance.now() - start,
      thumbnail: Promise.resolve(undefined),
      start,
    };
  }

  /** The output tensor's bytes as values of its type. */
  #typed(bytes: Uint8Array<ArrayBuffer>) {
    if (this.#output === 'int8') return new Int8Array(bytes.buffer);
    if (this.#output === 'float32') return new Float32Array(bytes.buffer);
    return bytes;
  }
}

type Preprocessed = Omit<Views, 'thumbnail'> & { thumbnail: Promise<Blob | undefined>; start: number };

/** The labels of the classes in `best`, of which every other value is an index. */
const labelsOf = (best: Float64Array, labels: readonly string[]) =>
  Array.from({ length: best.length / 2 }, (_, i) => labels[best[2 * i] as number] as string);

/** The buffers of the arrays in an answer, to be transferred and not copied. */
function buffers(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(buffers);
}
