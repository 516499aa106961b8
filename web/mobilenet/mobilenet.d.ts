/**
 * MobileNetV1 in the browser: classifies images in a worker of its own. Nothing leaves the tab.
 *
 *     import { load } from './mobilenet/mobilenet.js';
 *     const net = await load();
 *     const { predictions } = await net.classify(file);
 *
 * The strictest Content-Security-Policy under which it works is `script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src
 * 'self'`, and `trusted-types mobilenet` where Trusted Types are required: that policy makes the URLs of the library's workers and
 * nothing else. Two copies of the library on one page need `'allow-duplicates'` beside it.
 *
 * In a sandboxed frame without `allow-same-origin` the page's origin is opaque, and every server is cross-origin: those of the library
 * and the model must allow CORS (`Access-Control-Allow-Origin: *`), and a Content-Security-Policy must allow `worker-src blob:`.
 *
 * Every failure rejects with a {@link MobileNetError}; its `code` says which.
 */

/**
 * Downloads and opens a model. The promise resolves when images can be classified; a page that may get an image earlier keeps the
 * promise: `const loading = load(); ... (await loading).classify(file)`. After a failure it can be called again. Each call makes a
 * network of its own, to be freed with {@link MobileNet.close}.
 */
export function load(options?: LoadOptions): Promise<MobileNet>;

/** The models that come with the library, the default one first. */
export function models(options?: ModelsOptions): Promise<ListedModel[]>;

/** A model that comes with the library. */
export interface ListedModel {
  /** As in {@link LoadOptions.model}. */
  name: string;
  /** Width multiplier α. */
  alpha: number;
  /** Side of the input in pixels. */
  resolution: number;
  classes: number;
  type: ElementType;
  /** The URL of its labels, which {@link LoadOptions.labels} takes for other models too. */
  labels?: string;
  /** Bytes of its file. */
  size: number;
  license?: string;
  source?: string;
}

export interface LoadOptions {
  /**
   * The name of a model that comes with the library (default: the first of {@link models}), the URL of a `.tflite` file (with a slash or
   * this extension; relative to the page, or in Node.js to the working directory), or the file itself.
   */
  model?: string | URL | Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;
  /**
   * Names of the classes, or the URL of a text file with one per line. A model by name brings its own. There must be one for each
   * class, except for the background: a model of 1,001 classes also takes ImageNet's 1,000 labels, and others take one more whose
   * first is "background". Without this option, the labels in the file are used if it has any; else classes are called "class 17".
   */
  labels?: readonly string[] | string | URL;
  /**
   * For models with float input only: `value = scale · (byte − mean)`, where it is another than the file says. The default where that says
   * nothing: mean 127.5, scale 1/127.5.
   */
  normalize?: { mean: number | readonly [number, number, number]; scale: number | readonly [number, number, number] };
  /**
   * Another input size for the same weights, in pixels per side: a multiple of 32, up to 1024. Only for models whose input is square, and
   * that average their last feature map.
   */
  resolution?: number;
  /** 'auto' (default) is the fastest engine that the browser allows, in the order 'dot', 'relaxed', 'simd', 'go'. One that is asked for and not
   * there gives way to the next; {@link MobileNet.info} has it. */
  engine?: 'auto' | Engine;
  /** How many threads may be used: 'auto' (default), or an integer from 1. {@link MobileNet.info} has the actual number, and why. */
  threads?: 'auto' | number;
  /** Is called as the download proceeds. An error that it throws is reported as uncaught, and the download continues. */
  onProgress?: (progress: Progress) => void;
  /**
   * The URL of the folder that holds all files of the library and its models, for those who copied them elsewhere; relative to the
   * page, or in Node.js to the working directory. By default each is found by itself.
   */
  assets?: string | URL;
  /** Aborts the download and the start. */
  signal?: AbortSignal;
}

export interface Progress {
  /** 'download' while bytes arrive (of model and program together), 'start' while the network is set up. */
  stage: 'download' | 'start';
  /** Bytes transferred; decompressed bytes where a server compresses on the fly and sends no length. */
  loaded: number;
  /** Bytes to be transferred in total, 0 while that is unknown. */
  total: number;
}

/**
 * 'dot': 8-bit SIMD for processors that multiply and add bytes in one instruction, which are phones, Macs and recent PCs; 'relaxed': 8-bit SIMD,
 * 'simd': 16-bit SIMD, 'go': plain Go. All give the same bytes for quantised models.
 */
export type Engine = 'dot' | 'relaxed' | 'simd' | 'go';

/**
 * An image. A Blob is decoded in the worker; anything else is captured at the time of the call. EXIF orientation is applied, but not
 * a WebP's, which browsers ignore; transparent pixels are drawn over white; for a model that reads grey, colours become luma (Rec. 601). The library never closes a
 * source. A URL is fetched (relative to the page; other origins must allow it by CORS). An `<img>` is awaited, unless it is
 * `loading="lazy"`: the browser may never load that, so it must be complete. Objects of other frames are accepted.
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
  | VideoFrame
  | Pixels;

/**
 * Pixels that the caller has decoded: [height,width,4] bytes R, G, B and A, the colours sRGB's and not multiplied by alpha. In Node.js,
 * Deno and Bun images are given in this form alone, as `sharp(file).ensureAlpha().raw()` makes them.
 */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}

/**
 * The part of an image that the model gets: 'center' (default), the central 87.5% of the largest square, which is usually the most
 * accurate; 'square', the largest centred square; 'whole', the full image, squashed. For a model whose input is not square, they are of
 * the largest box of the input's shape.
 */
export type Crop = 'center' | 'square' | 'whole';

/**
 * A part of an image, in shares 0..1 of its width and height as it is shown, with EXIF orientation applied: the whole image is
 * `{ left: 0, top: 0, width: 1, height: 1 }`. It is rounded to whole pixels, and squashed where it has not the shape of the model's input.
 */
export interface CropBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface CallOptions {
  /** Aborts the call: it rejects and leaves the queue at once, and its computation stops. */
  signal?: AbortSignal;
}

export type ModelsOptions = Pick<LoadOptions, 'assets' | 'signal'>;

export interface PictureOptions extends CallOptions {
  /** One of the named crops, or a box of your own. */
  crop?: Crop | CropBox;
}

export interface ClassifyOptions extends PictureOptions {
  /** How many predictions to return, 5 by default. */
  topK?: number;
  /**
   * 1 (default); 2 or 4 average fixed views and ignore a named `crop`; they refuse a box. More accurate, in 2 or 4 times the time.
   * Probabilities, embedding and logits are the mean over the views; features and heat map are those of the first view,
   * the crop 'square'.
   */
  views?: 1 | 2 | 4;
  /** Also return the {@link Classification.embedding}. This and the following come from the same run at almost no cost. */
  embedding?: boolean;
  /** Also return the {@link Classification.embeddings}, which {@link MobileNet.teach} takes. */
  embeddings?: boolean;
  /** Also return the {@link Classification.logits}. */
  logits?: boolean;
  /** Also return the {@link Classification.features}, from which {@link MobileNet.heatmap} explains any class without another run. */
  features?: boolean;
  /** Also return the {@link Classification.heatmap} of the class with this index, or of the 'best' one. */
  heatmap?: number | 'best';
  /** Also return a small copy of the image, no side longer than so many pixels (1..1024). */
  thumbnail?: number;
}

export interface SaveOptions extends CallOptions {
  /** Names of the classes, one for each. Default: the model's own labels, or those of the head that is saved. */
  labels?: readonly string[];
  /** The model's name in its metadata. Default: that of the file it was loaded from, if it has one. */
  name?: string;
}

/** What a class looks like. */
export interface Example {
  /** The name of its class. null is for a counter-example: an image of none of the classes. */
  label: string | null;
  /** An image, of which two views are computed ({@link ClassifyOptions.views}). It must stay as it is until its turn comes. */
  source?: Source;
  /** In place of an image what was computed of it before: {@link Classification.embeddings}, by this model. */
  embeddings?: readonly Float32Array[];
}

export interface TeachOptions extends CallOptions {
  /**
   * Whether the head shall tell images that show none of its classes: true (default) keeps 90% of what is known, a number between 0 and 1
   * another share. It needs ten views of examples in all, and {@link validate}.
   */
  noneOfThese?: boolean | number;
  /** 'own' (default): the head's classes take the place of the model's. 'both': they come beside them, from the same run. */
  keep?: 'own' | 'both';
  /**
   * Whether to learn from parts of the examples and ask about the rest, true by default: that finds out how much to trust the examples, tells
   * none of these, and makes the {@link Head.report}. Without it learning takes a tenth of the time, and what `start` knows of these is kept.
   */
  validate?: boolean;
  /** Whether the report shall have a learning curve, false by default: it takes about as long again as everything else. */
  curve?: boolean;
  /** A head to begin from, which was learned from nearly the same examples: much faster, and the same within 0.01 in probability. */
  start?: Head;
  /** Is called as the work proceeds. An error that it throws is reported as uncaught, and the work continues. */
  onProgress?: (progress: TeachProgress) => void;
}

export interface TeachProgress {
  /** 'embed' while sources are run through the model, then 'learn'. */
  stage: 'embed' | 'learn';
  /** 0..1, of the stage. */
  done: number;
}

/** What was learned. It is plain data: structured cloning and IndexedDB keep it, and what comes back from JSON is taken as well. */
export interface Head {
  /** The classes, in the order in which the examples first name them. Index i in predictions is labels[i]. */
  labels: string[];
  /**
   * Whether there were counter-examples. They are one more class, the last, which {@link MobileNet.save} calls "none of these"; an image for
   * which it is the most probable is none of these.
   */
  counter: boolean;
  keep: 'own' | 'both';
  /** [classes, size of an embedding] and [classes], the counter-examples' class included: logit = weights · embedding + bias. */
  weights: Float32Array<ArrayBuffer>;
  bias: Float32Array<ArrayBuffer>;
  /**
   * What tells an image of none of the classes: the largest logit, divided by the distance of the embedding from the centre, the mean of
   * all that was taught, is below the threshold. undefined if there were too few examples, or it was not asked for.
   */
  noneOfThese?: { centre: Float32Array<ArrayBuffer>; threshold: number };
  /** The strength of the regularisation that the validation chose. */
  strength: number;
  /**
   * The fingerprint of the model that it was learned on: `use` and `save` of another one, or of the same at another resolution or
   * normalisation, refuse the head, for embeddings mean something else there. A model that was saved with other classes has the same one. Without
   * it, as in a head that was computed elsewhere, only the sizes are checked.
   */
  model?: string;
  /** Embeddings of examples, to which the last layer of a quantised model is fitted when it is saved: [at most 1024][size of an embedding]. */
  examples: Float32Array<ArrayBuffer>[];
  /** Only with {@link TeachOptions.validate}. */
  report?: Report;
}

/** How good a head is, by what others like it say of examples that they have not learned from. */
export interface Report {
  /** 5: each fifth of the examples was asked about of a head that learned from the others. 1: there are many, and one fifth was held out. */
  folds: number;
  /** Examples that were asked about. The only one of a class is not. */
  tested: number;
  /** The share of them whose most probable class is right. */
  accuracy: number;
  /** One for each class; the last is the counter-examples', if there are such. */
  classes: ClassReport[];
  /** The confusion matrix: [right class][most probable class] are the examples, by their index. */
  confusion: number[][][];
  /** Examples that probably have a wrong label, the most doubtful first. */
  doubtful: Doubt[];
  /** With so many examples of each class the accuracy is so high. Where it still grows at the end, more examples will help. */
  curve?: { examples: number; accuracy: number }[];
}

export interface ClassReport {
  /** null: the counter-examples'. */
  label: string | null;
  examples: number;
  tested: number;
  /** Tested examples of whatever class for which this one was the most probable. */
  answered: number;
  /** Those of them that are of the class. */
  right: number;
  /** right / answered, 0 of none. */
  precision: number;
  /** right / tested, 0 of none. */
  recall: number;
}

export interface Doubt {
  /** Its index. */
  example: number;
  /** The class that it seems to show: an index in {@link Report.classes}. */
  seems: number;
  /** The probability of that class, and of its own. */
  probability: number;
  own: number;
}

export type EmbedOptions = Pick<ClassifyOptions, 'crop' | 'views' | 'signal'>;

/**
 * A network, ready to use. Calls are queued and answered one at a time. Files whose type is that of an image, other than SVG, and the
 * pixels given to `run` and `profile` join the queue at once, in the order of the calls; anything else joins when its pixels have
 * arrived, and delays no other call until then. A file that cannot be read yet, as on a slow disk, holds up the queue until its call
 * is aborted. The next three files in the queue are decoded in advance: to classify many, keep a few calls waiting.
 */
export interface MobileNet {
  /** Classifies an image. */
  classify(source: Source, options?: ClassifyOptions): Promise<Classification>;

  /**
   * Runs the network on bytes of the shape `info.shape`: RGB or, where that has one channel, grey. `output` is the model's output tensor,
   * byte for byte that of
   * LiteRT for a quantised model. `logits` [classes] are before softmax.
   */
  run(pixels: Uint8Array | Uint8ClampedArray, options?: CallOptions): Promise<Output>;

  /**
   * The image's embedding: the mean of the last feature map, [channels], 1024 at α = 1; all of that map for a model which does not
   * average it. Similar images have similar vectors. Short for {@link ClassifyOptions.embedding}.
   */
  embed(source: Source, options?: EmbedOptions): Promise<Float32Array<ArrayBuffer>>;

  /**
   * The class activation map of the class `index`: where in the image the network sees it. With an image, short for
   * {@link ClassifyOptions.heatmap}; with {@link Classification.features}, computed without decoding or running anything.
   */
  heatmap(source: Source | Features, index: number, options?: PictureOptions): Promise<Heatmap>;

  /** The output of the layer with this index in {@link layers}. */
  activations(source: Source, layer: number, options?: PictureOptions): Promise<Activations>;

  /** How long each layer takes on bytes as `run` takes them, in ms, in the order of {@link layers}. */
  profile(pixels: Uint8Array | Uint8ClampedArray, options?: CallOptions): Promise<{ times: number[] }>;

  /** The memory in use. */
  memory(options?: CallOptions): Promise<Memory>;

  /**
   * How many network requests the model's worker has begun since this moment, in ms since 1970, by the browser's own timeline: none
   * once the model is loaded. Requests of the page itself are not among them.
   */
  requests(since?: number, options?: CallOptions): Promise<number>;

  /** The weights of the layer with this index in {@link layers}, without biases. A pool or an addition has none and rejects
   * ('bad-argument'). */
  weights(layer: number, options?: CallOptions): Promise<Weights>;

  /** The model's layers, from the first convolution to the classifier. */
  readonly layers: readonly Layer[];

  /** The names of the model's outputs, or of the classes of a head in use in their place, by index. Empty without a classifier. */
  readonly labels: readonly string[];

  /** The model, and how it is run. Engine and threads can change: if a thread dies, the network continues with one. */
  readonly info: Info;

  /**
   * Learns classes of your own from examples, best ten or more of each, on this model's embeddings: in a worker of its own, so that
   * classifying never waits for it. The program that does it, 1.8 MB by gzip, is fetched with the first call; its worker waits 30 s for another
   * one. The same examples in the same order give the same head, bit for bit, on every device, unless {@link TeachOptions.start} is given.
   * An image that fails rejects with its own code, and the message begins with its place, as in `examples[3]: …`.
   *
   *     const head = await net.teach([{ label: 'mug', source: photo1 }, { label: 'cup', source: photo2 }, …]);
   *     await net.use(head);
   *     const { predictions, noneOfThese } = await net.classify(photo);
   *     const file = await net.save(head);
   */
  teach(examples: readonly Example[], options?: TeachOptions): Promise<Head>;

  /**
   * Has all calls that join the queue later answer with the classes of a head that was learned on this model, or, without a head, with the
   * model's own again. While a head that keeps 'own' is in use, `labels`, `info.classes`, predictions, logits and heat maps are the head's; what
   * one says that keeps 'both' is {@link Classification.own}. If there were counter-examples, their class is the last, "none of these". `run`,
   * `layers`, `weights` and `save` are of the model itself, as before. A worker that starts anew after a crash goes on with the head.
   */
  use(head?: Head | null, options?: CallOptions): Promise<void>;

  /**
   * The loaded model as a `.tflite` file, with its own classes whatever head is in use: with the labels, and at the {@link LoadOptions.resolution} and with the
   * {@link LoadOptions.normalize} that it was loaded with, which are inside as TensorFlow Lite's metadata. Other programs read it, and
   * `load({ model: blob })` gives the same answers without further options. The program that writes it, 1.8 MB by gzip, is fetched with
   * the first call and runs in a worker of its own.
   */
  save(options?: SaveOptions): Promise<Blob>;

  /**
   * This model with the classes of a head in place of its own, as a `.tflite` file that every program reads. What tells "none of these" is
   * inside as metadata: this library, its Worker and its server apply it, other programs ignore it. Of a quantised model the file's
   * probabilities differ from those of the head by less than 0.02 on what was taught.
   */
  save(head: Head, options?: SaveOptions): Promise<Blob>;

  /**
   * A file that an `<img>` shows: the one given or, of a HEIC photo in a browser that reads none, a BMP of the same picture, upright and
   * in sRGB. `classify` and the others do the same by themselves. What decodes it, 0.25 MB by gzip, is fetched with the first such photo and
   * runs in a worker of its own, which ends after 30 s without another one. Rejects with 'broken-image', 'image-too-large' (over 64
   * megapixels), or 'download-failed' where the decoder cannot be had.
   */
  readable(file: Blob, options?: CallOptions): Promise<Blob>;

  /** Ends the worker and frees its memory. Pending and later calls reject with code 'closed'. */
  close(): Promise<void>;
}

/** Bytes. */
export interface Memory {
  /** The engine's: weights in its layout, and feature maps. */
  engine: number;
  /** The Go program's heap, model file included. */
  heap: number;
  /** All memory of the Go program, which never shrinks. */
  program: number;
}

export interface Classification {
  /** The most probable first. */
  predictions: Prediction[];
  /**
   * Whether the image shows none of the classes, and the predictions mean nothing. Only of a model that was taught and can tell: see
   * {@link Info.noneOfThese}.
   */
  noneOfThese?: boolean;
  /** What the head in use says, where it leaves the model's own classes to `predictions`: {@link TeachOptions.keep} is 'both'. */
  own?: OwnAnswer;
  /** As of {@link MobileNet.embed}, averaged over the views. Only if requested. */
  embedding?: Float32Array<ArrayBuffer>;
  /** [views] of embeddings, one for each view. Only if requested. */
  embeddings?: Float32Array<ArrayBuffer>[];
  /** [classes], before softmax, averaged over the views; of a head in use, if that keeps 'own'. Only if requested. */
  logits?: Float32Array<ArrayBuffer>;
  /** The last feature map. Only if requested. */
  features?: Features;
  /** As of {@link MobileNet.heatmap}. Only if requested. */
  heatmap?: Heatmap;
  /** A small JPEG of the full image. Only if requested. */
  thumbnail?: Blob;
  timings: Timings;
}

/** The answer of a head. */
export interface OwnAnswer {
  /** The most probable first, as many as `topK` says. */
  predictions: Prediction[];
  /** As {@link Classification.noneOfThese}; undefined if the head cannot tell. */
  noneOfThese?: boolean;
}

export interface Prediction {
  /** Position in the model's output, background included. */
  index: number;
  label: string;
  /** 0..1: the softmax of the logits, or, where the model answers yes or no to each class, the logistic function of its logit. */
  probability: number;
}

/** Milliseconds. `total` is from the start of decoding to the result, without the wait for earlier calls. */
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
  /** The class. */
  index: number;
  /** Size of the map, that of the last feature map: 7×7 at 224 pixels. */
  width: number;
  height: number;
  /** [height,width], the contribution of each place to the class's logit. Some are negative. */
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
   * pointwise layer's or the classifier's matrix [channels out, channels in], or [channels out, values in] where it reads a whole map.
   */
  shape: number[];
  /** Real values, the last dimension innermost; dequantised if the model is quantised. */
  data: Float32Array<ArrayBuffer>;
}

export interface Layer {
  /**
   * MobileNetV1's are "conv", "dw1", "pw1" … "dw13", "pw13", "pool", "fc"; MobileNetV2's blocks are "expand2", "dw2", "project2" and, where
   * their input is added, "add2". Dense layers before the classifier are "dense1", "dense2"; one of each pixel is "dense".
   */
  name: string;
  type: 'conv' | 'depthwise' | 'pointwise' | 'add' | 'average_pool' | 'fully_connected';
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

/** What a model's file says of itself, by TFLite's metadata. What it does not say is empty or false. */
export interface FileInfo {
  name: string;
  author: string;
  license: string;
  /** The labels that are used are those in the file. */
  labels: boolean;
  /** It says its pixel range, by the metadata or by what it does with the pixels first. */
  range: boolean;
  /** What of this is damaged, or does not fit the model, and so is not used. */
  note: string;
}

export interface Info {
  /** The model's name, as in models.json, or that of its file. */
  model: string;
  network: 'MobileNetV1' | 'MobileNetV2';
  /** Width multiplier α. */
  alpha: number;
  /** Side of the input in pixels, its height where it is not square. */
  resolution: number;
  /** Of the input: [height, width, channels], with 3 channels for RGB and 1 for grey. */
  shape: readonly [height: number, width: number, channels: number];
  /** How many things it tells apart; 0 for a model without a classifier. A single output that says yes or no makes two. */
  classes: number;
  /** Of weights and activations, as they are computed. */
  type: ElementType;
  /** Of the weights in the file. Those of a 'float32' model may be stored as 'float16' or 'int8', and are computed as float32. */
  stored: ElementType | 'float16';
  /** Of the input tensor. If that is float32, {@link LoadOptions.normalize} applies. */
  input: ElementType;
  /** The normalisation that is used, for float input only: that of {@link LoadOptions.normalize}, else the file's own, else the usual one. */
  normalize: { mean: [number, number, number]; scale: [number, number, number] } | undefined;
  /** Whether it tells images that show none of its classes: it was taught, or a head that was is in use. */
  noneOfThese: boolean;
  file: FileInfo;
  engine: Engine;
  threads: number;
  /** Why it is not faster here, in words; empty if nothing prevents it. */
  why: string;
  /**
   * Whether a canvas returns pixels as they were drawn: 'altered' where protection against fingerprinting changes them, so that
   * results differ a little from those elsewhere, except for {@link MobileNet.run}. 'none': there is no canvas, and if `draws` is 'page', only `run`
   * and `profile` work.
   */
  canvas: 'exact' | 'altered' | 'none';
  /**
   * Where images are resized: on the page's thread if this browser's workers have no canvas; by the library's own code, 'program',
   * outside of browsers.
   */
  draws: 'worker' | 'page' | 'program';
}

/**
 * The codes of the errors with which the library's promises reject. No method throws synchronously.
 *
 * | code                | what happened                                                                                     |
 * | ------------------- | ------------------------------------------------------------------------------------------------- |
 * | 'bad-argument'      | an argument or option has a value that is not accepted                                            |
 * | 'not-an-image'      | the file is not an image                                                                          |
 * | 'broken-image'      | the image file is damaged or incomplete, or of a format that this browser cannot decode, as TIFF  |
 * | 'image-too-large'   | the image has more pixels than fit in memory; `size` says how many                                |
 * | 'url-refused'       | an image's URL failed, or its server does not let this page read it (CORS)                        |
 * | 'model-not-found'   | no such model                                                                                     |
 * | 'model-is-html'     | the server sent a web page instead of the model: usually the path is wrong                        |
 * | 'model-corrupt'     | the model's file is incomplete or was altered                                                     |
 * | 'labels-not-found'  | no such file of labels, or a web page in its place                                                |
 * | 'model-unsupported' | the file is no MobileNetV1 or V2, is over 134 MB, or has no classifier and was asked to classify   |
 * | 'download-failed'   | the connection or the server failed; try again                                                    |
 * | 'no-webassembly'    | this browser has no WebAssembly, or it is switched off                                            |
 * | 'no-module-workers' | this browser is too old: it has no module workers                                                 |
 * | 'blocked-by-csp'    | the page's Content-Security-Policy forbids what is needed; the message says what to allow         |
 * | 'worker-failed'     | the worker crashed or stopped responding; the message says why, and the next call starts another  |
 * | 'aborted'           | the call was aborted by its signal (`name` is 'AbortError')                                       |
 * | 'closed'            | the model was closed                                                                              |
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

/** What some errors say beside their code. */
export interface ErrorDetails {
  /**
   * With 'image-too-large': the image's size in pixels, by the file's header, and how many pixels an image may have in this browser.
   * Without a limit the browser itself could not decode the image.
   */
  size?: { width: number; height: number; limit?: number };
}

export class MobileNetError extends Error {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions & ErrorDetails);
  readonly code: ErrorCode;
  readonly size: ErrorDetails['size'];
}
