/**
 * MobileNetV1 in the browser: names what is in a picture, in a worker of its own. Nothing leaves the tab.
 *
 *     import { load } from './mobilenet/mobilenet.js';
 *     const net = await load();
 *     const { predictions } = await net.classify(file);
 *
 * Under the strictest Content-Security-Policy a page needs `script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src
 * 'self'`, and where it requires Trusted Types `trusted-types mobilenet`: that policy makes the addresses of the library's workers
 * and nothing else. Of two copies of the library on one page, only one can have it, unless `'allow-duplicates'` stands beside it.
 *
 * In a sandboxed frame without `allow-same-origin` the page's origin is opaque, and every server another one: the library's and the
 * model's must allow CORS (`Access-Control-Allow-Origin: *`), and a policy of the page's must allow `worker-src blob:`.
 *
 * Everything that can go wrong rejects with a {@link MobileNetError}, whose `code` tells cases apart.
 */

/**
 * Downloads a model and starts the network. The promise resolves when pictures can be classified; a page that gets a picture
 * earlier keeps the promise and awaits it then: `const loading = load(); ... (await loading).classify(file)`. After a failure
 * it can be called again. Each call makes a network of its own, to be freed with {@link MobileNet.close}.
 */
export function load(options?: LoadOptions): Promise<MobileNet>;

/** The models that stand beside the library's folder, the default one first. */
export function models(options?: CallOptions): Promise<ListedModel[]>;

/** A model of `models/models.json`. */
export interface ListedModel {
  /** What {@link load} knows it by. */
  name: string;
  /** Width multiplier α. */
  alpha: number;
  /** Side of the input in pixels. */
  resolution: number;
  classes: number;
  type: ElementType;
  /** Bytes of its file. */
  size: number;
  license?: string;
  source?: string;
}

export interface LoadOptions {
  /**
   * Which model: a name in `models/models.json` beside the library's folder (the first one there if left out), the URL of a
   * `.tflite` file (with a slash or this ending; relative to the page), or the file itself.
   */
  model?: string | URL | Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;
  /**
   * Names of the classes, or the URL of a text file with one a line. A model by name brings its own. There must be as many as
   * classes, but for the background: a model of 1001 classes takes ImageNet's 1000 labels too, and others take one more whose
   * first is "background". Without labels classes are called "class 17".
   */
  labels?: readonly string[] | string | URL;
  /** For models with float input only: `value = scale · (byte − mean)`. Default: mean 127.5, scale 1/127.5. */
  normalize?: { mean: number | readonly [number, number, number]; scale: number | readonly [number, number, number] };
  /** Another input size for the same weights, in pixels a side: a multiple of 32, up to 1024. */
  resolution?: number;
  /** What computes: 'auto' (default) takes the fastest that the browser allows, in the order 'relaxed', 'simd', 'go'. */
  engine?: 'auto' | Engine;
  /** How many threads may compute: 'auto' (default), or a whole number from 1. What came of it is in {@link MobileNet.info}. */
  threads?: 'auto' | number;
  /** Is called as the download proceeds. What it throws is reported as uncaught, and the download goes on. */
  onProgress?: (progress: Progress) => void;
  /** Aborts the download and the start. */
  signal?: AbortSignal;
}

export interface Progress {
  /** 'download' while bytes arrive (model and program together), 'start' when the network is being set up. */
  stage: 'download' | 'start';
  /** Bytes that have arrived, counted as they cross the wire; unpacked where a server packs them on the way and tells no length. */
  loaded: number;
  /** Bytes that will arrive in all, 0 while that is unknown. */
  total: number;
}

/** 'relaxed': 8-bit SIMD, 'simd': 16-bit SIMD, 'go': plain Go. All give the same bytes for quantised models. */
export type Engine = 'relaxed' | 'simd' | 'go';

/**
 * Where pixels come from. A Blob is decoded in the worker; of everything else the picture at the time of the call counts.
 * Orientation from EXIF is applied, transparent pixels are laid over white. The library closes nothing that is yours. A URL is
 * fetched (relative to the page; other origins must allow it by CORS). An `<img>` is awaited, unless it is `loading="lazy"`: the
 * browser may never load that, so it must be there already. All may be of another frame.
 */
export type Source =
  | Blob
  | string
  | URL
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | VideoFrame;

/**
 * What the network sees of a picture: 'center' (default), the central 87.5% of the largest square, gives the best answers;
 * 'square' is the largest centred square; 'whole' is everything, squashed.
 */
export type Crop = 'center' | 'square' | 'whole';

export interface CallOptions {
  /** Aborts the call: it rejects and leaves the queue at once, and what has not been computed yet is not computed. */
  signal?: AbortSignal;
}

export interface PictureOptions extends CallOptions {
  crop?: Crop;
}

export interface ClassifyOptions extends PictureOptions {
  /** How many predictions to give, 5 by default. */
  topK?: number;
  /**
   * 1 (default); 2 or 4 average fixed views and ignore `crop`: a better answer at so many times the time. Probabilities, embedding
   * and logits are the mean of the views'; features and heat map are of the first, the largest square.
   */
  views?: 1 | 2 | 4;
  /** Also give the {@link Classification.embedding}. This and what follows comes from the same run and costs next to nothing. */
  embedding?: boolean;
  /** Also give the {@link Classification.logits}. */
  logits?: boolean;
  /** Also give the {@link Classification.features}, from which {@link MobileNet.heatmap} explains any class without another run. */
  features?: boolean;
  /** Also give the {@link Classification.heatmap} of the class with this index, or of the 'best' answer. */
  heatmap?: number | 'best';
  /** Also give a small copy of the picture, no side longer than so many pixels (1..1024), without decoding it again. */
  thumbnail?: number;
}

export type EmbedOptions = Pick<ClassifyOptions, 'crop' | 'views' | 'signal'>;

/**
 * A network, ready to use. Calls queue and are answered one at a time, in the order in which what they ask about is there. Files
 * that say by their type that they are images, other than SVG, and the pixels given to `run` and `profile` are in the queue at once,
 * so in the order of the calls; everything else joins when its picture is there, and holds up no other call until then. A file whose
 * drive does not answer holds up the queue until its call is aborted. The next few files in the queue are decoded meanwhile: to
 * classify many, keep a handful of calls waiting.
 */
export interface MobileNet {
  /** What is in the picture, the most probable first. */
  classify(source: Source, options?: ClassifyOptions): Promise<Classification>;

  /**
   * The network on pixels as they are: RGB bytes [R,R,3], R being `info.resolution`. `output` holds the values of the file's
   * own output tensor, byte for byte what LiteRT gives for a quantised model. `logits` [classes] are those before softmax.
   */
  run(rgb: Uint8Array | Uint8ClampedArray, options?: CallOptions): Promise<Output>;

  /**
   * The picture's embedding: [channels of the last layer], 1024 at α = 1. Near vectors are pictures that look alike. A short way to
   * {@link ClassifyOptions.embedding}.
   */
  embed(source: Source, options?: EmbedOptions): Promise<Float32Array<ArrayBuffer>>;

  /**
   * Where in the picture the network sees the class `index`: a class activation map. Of a picture it is a short way to
   * {@link ClassifyOptions.heatmap}; from the {@link Classification.features} of an answer it is computed without decoding or
   * running anything.
   */
  heatmap(source: Source | Features, index: number, options?: PictureOptions): Promise<Heatmap>;

  /** The output of the layer with this index in {@link layers}. */
  activations(source: Source, layer: number, options?: PictureOptions): Promise<Activations>;

  /** How long each layer takes on RGB bytes [R,R,3], in ms, in the order of {@link layers}. */
  profile(rgb: Uint8Array | Uint8ClampedArray, options?: CallOptions): Promise<{ times: number[] }>;

  /** What it holds of the machine's memory. */
  memory(options?: CallOptions): Promise<Memory>;

  /** The weights of the layer with this index in {@link layers}, without biases. The pool has none: 'bad-argument'. */
  weights(layer: number, options?: CallOptions): Promise<Weights>;

  /** The model's layers, from the first convolution to the classifier. */
  readonly layers: readonly Layer[];

  /** The names of the model's outputs, by index. Empty for a model without a classifier. */
  readonly labels: readonly string[];

  /** What it is and how it computes. Engine and threads can change: if a thread dies, the network goes on with one. */
  readonly info: Info;

  /** Ends the worker and frees its memory. Calls that wait, and all later ones, reject with code 'closed'. */
  close(): Promise<void>;
}

/** Bytes. */
export interface Memory {
  /** The engine's: weights as it computes with them, and feature maps. */
  engine: number;
  /** What the Go program's heap holds, the model's file included. */
  heap: number;
  /** All that the Go program has taken, which never shrinks. */
  program: number;
}

export interface Classification {
  predictions: Prediction[];
  /** As {@link MobileNet.embed} gives it, averaged over the views. Only if asked for. */
  embedding?: Float32Array<ArrayBuffer>;
  /** [classes], before softmax, averaged over the views. Only if asked for. */
  logits?: Float32Array<ArrayBuffer>;
  /** The last feature map. Only if asked for. */
  features?: Features;
  /** As {@link MobileNet.heatmap} gives it. Only if asked for. */
  heatmap?: Heatmap;
  /** A JPEG of the whole picture, small. Only if asked for. */
  thumbnail?: Blob;
  timings: Timings;
}

export interface Prediction {
  /** Position in the model's output, background included. */
  index: number;
  label: string;
  /** 0..1, from a softmax of the logits. */
  probability: number;
}

/** Milliseconds. `total` counts from the start of the decoding to the answer, without the wait for earlier calls. */
export interface Timings {
  decode: number;
  resize: number;
  network: number;
  total: number;
}

export interface Output {
  output: Uint8Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  logits: Float32Array<ArrayBuffer>;
}

export interface Features {
  /** [height,width,channels] of the model's last feature map: 7·7·1024 values at 224 pixels and α = 1. */
  data: Float32Array<ArrayBuffer>;
  /** The part of the source that they cover, in the source's pixels. */
  box: Box;
}

export interface Heatmap {
  /** The class it is of. */
  index: number;
  /** Size of the map, as of the last feature map: 7×7 at 224 pixels. */
  width: number;
  height: number;
  /** [height,width] shares of the class's logit; the higher, the more that place speaks for it. Some are negative. */
  data: Float32Array<ArrayBuffer>;
  /** The part of the source that the map covers, in the source's pixels. */
  box: Box;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Activations {
  /** [height, width, channels] */
  shape: [number, number, number];
  /** Real values, channels innermost, in the model's order. */
  data: Float32Array<ArrayBuffer>;
}

export interface Weights {
  /**
   * The first convolution's filters [channels out, 3, 3, channels in], a depthwise layer's kernels [3, 3, channels], a
   * pointwise layer's or the classifier's matrix [channels out, channels in].
   */
  shape: number[];
  /** Real values, the last dimension innermost; dequantised, if the model is quantised. */
  data: Float32Array<ArrayBuffer>;
}

export interface Layer {
  /** "conv", "dw1", "pw1" ... "dw13", "pw13", "pool", "fc" */
  name: string;
  type: 'conv' | 'depthwise' | 'pointwise' | 'average_pool' | 'fully_connected';
  /** Of its output: [height, width, channels] */
  shape: [number, number, number];
  /** Side of the square kernel. */
  kernel: number;
  stride: number;
  /** Weights, without biases. */
  parameters: number;
  multiplyAdds: number;
}

/** Element type of a tensor. */
export type ElementType = 'uint8' | 'int8' | 'float32';

export interface Info {
  /** The model's name: as in models.json, or its file's. */
  model: string;
  /** Width multiplier α. */
  alpha: number;
  /** Side of the input in pixels. */
  resolution: number;
  /** Outputs of the classifier; 0 for a model that gives embeddings only. */
  classes: number;
  /** Of its weights, and of what its layers compute with. */
  type: ElementType;
  /** Of its file's input. Where that is float32, {@link LoadOptions.normalize} says how pixels become it. */
  input: ElementType;
  engine: Engine;
  threads: number;
  /** What keeps it from being faster here, in words; empty where nothing does. */
  why: string;
  /**
   * Whether this browser gives back a canvas's pixels as they were drawn: 'altered' where protection against fingerprinting
   * falsifies them. Then answers differ a little from those elsewhere, except from {@link MobileNet.run}. 'none': there is no
   * canvas, and only pixels can be given.
   */
  canvas: 'exact' | 'altered' | 'none';
  /** Where pictures are made small for the network: on the page's own thread where this browser's workers have no canvas. */
  draws: 'worker' | 'page';
}

/**
 * What a promise of the library rejects with has one of these codes; nothing is thrown where a promise is due.
 *
 * | code                | what happened                                                                                     |
 * | ------------------- | ------------------------------------------------------------------------------------------------- |
 * | 'bad-argument'      | a value given to the library is not one it takes                                                  |
 * | 'not-an-image'      | the file is no picture                                                                            |
 * | 'broken-image'      | the picture's file is damaged or cut, or of a format that this browser cannot decode, as HEIC     |
 * | 'image-too-large'   | the picture has more pixels than fit in memory                                                    |
 * | 'url-refused'       | a picture's URL failed, or its server does not let this page read it (CORS)                       |
 * | 'model-not-found'   | no such model                                                                                     |
 * | 'model-is-html'     | the server answered with a web page where the model should be: usually a wrong path               |
 * | 'model-corrupt'     | the model's file was cut or altered                                                               |
 * | 'labels-not-found'  | no file of labels, or a web page in its place                                                     |
 * | 'model-unsupported' | the file is no MobileNetV1, is over 134 MB, or has no classifier and was asked to classify        |
 * | 'download-failed'   | the network or the server failed; try again                                                       |
 * | 'no-webassembly'    | this browser has no WebAssembly, or it is switched off                                            |
 * | 'no-module-workers' | this browser is too old: its workers run no modules                                               |
 * | 'blocked-by-csp'    | the page's Content-Security-Policy forbids what is needed; the message says what to allow         |
 * | 'worker-failed'     | the worker broke or fell silent; the message says why, and the next call starts another           |
 * | 'aborted'           | the signal aborted it (`name` is 'AbortError')                                                    |
 * | 'closed'            | the network was closed                                                                            |
 */
export type ErrorCode =
  | 'bad-argument'
  | 'not-an-image'
  | 'broken-image'
  | 'image-too-large'
  | 'url-refused'
  | 'model-not-found'
  | 'model-is-html'
  | 'model-corrupt'
  | 'labels-not-found'
  | 'model-unsupported'
  | 'download-failed'
  | 'no-webassembly'
  | 'no-module-workers'
  | 'blocked-by-csp'
  | 'worker-failed'
  | 'aborted'
  | 'closed';

export class MobileNetError extends Error {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions);
  readonly code: ErrorCode;
}
