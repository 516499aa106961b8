// The messages between the page's thread and the worker. One request is under way at a time.

import type * as contract from './contract.js';
import type {
  ActivationsArgs,
  ClassifyArgs,
  Computing,
  HeatmapArgs,
  OpenArgs,
  UseArgs,
  WeightsArgs,
} from './contract.js';
import type { Box, Crop, CropBox, ErrorCode, ErrorDetails, Timings } from './mobilenet.d.ts';
import type { QuantizeArgs, RecognizeArgs, TeachArgs, WriteArgs } from './workshop.js';

/** Opens the model; a worker's first request. */
export interface Open extends Omit<OpenArgs, 'newThread' | 'onComputing'> {
  method: 'open';
}

/** Has a head be used from now on, or, without labels, the model's own classes. */
export interface Use extends UseArgs {
  method: 'use';
  /** Of all its classes. */
  labels: readonly string[];
  /** Whether it tells images of none of its classes. */
  tellsNone: boolean;
}

/** An image on its way to the worker. */
export type InputImage =
  | {
      kind: 'file';
      blob: Blob;
      /** The number under which the worker was told to decode it before its turn. */
      early?: number;
    }
  | { kind: 'bitmap'; bitmap: ImageBitmap; decode: number }
  /** RGBA [height,width,4], where there is no canvas. */
  | { kind: 'pixels'; data: Uint8Array<ArrayBuffer>; width: number; height: number }
  | ({ kind: 'views' } & Views);

/** The shape of the model's input: [height,width,channels]. */
export type Shape = Readonly<contract.Opened['shape']>;

/** The model's input, made of one or more views of an image. */
export interface Views {
  /** [views,height,width,4] */
  rgba: Uint8ClampedArray<ArrayBuffer>;
  /** The part of the image that the first view shows. */
  box: Box;
  /** Milliseconds. */
  decode: number;
  resize: number;
  /** A small JPEG of the image, if requested. */
  thumbnail?: Blob;
}

/** How an image becomes the model's input, and whether a thumbnail is made of it. */
export interface Framing {
  crop: Crop | CropBox;
  views: number;
  /** Side of the square that the thumbnail has to fit in; 0 for none. */
  thumbnail: number;
}

export type ImageRequest = { image: InputImage; framing: Framing } & (
  | ({ method: 'classify' } & Omit<ClassifyArgs, 'rgba'>)
  | ({ method: 'activations' } & Omit<ActivationsArgs, 'rgba'>)
  | { method: 'calibrate' }
);

export interface PixelsRequest {
  method: 'run' | 'profile';
  pixels: Uint8Array | Uint8ClampedArray;
}

/** Has heic-worker.ts turn a HEIC photo into a BMP, which is the answer. */
export interface PictureRequest {
  method: 'picture';
  blob: Blob;
}

export type Request =
  | Open
  | Use
  | ImageRequest
  | PixelsRequest
  | ({ method: 'heatmap' } & HeatmapArgs)
  | ({ method: 'weights' } & WeightsArgs)
  | ({ method: 'write' } & WriteArgs)
  | ({ method: 'teach' } & Omit<TeachArgs, 'onProgress'>)
  | ({ method: 'recognize' } & RecognizeArgs)
  | ({ method: 'quantize' } & Pick<QuantizeArgs, 'type'>)
  | PictureRequest
  | { method: 'memory' }
  | { method: 'identify' }
  | { method: 'requests'; since: number };

export type ToWorker =
  /** The Go program, the first message: it can start while the model is still on its way. Or, for heic-worker.ts, the decoder. */
  | { program: WebAssembly.Module }
  | { id: number; request: Request }
  | { abort: number }
  /** Asks for a sign of life. */
  | { ping: true }
  /** Decode this file before its turn, or without a blob, drop its pixels. */
  | { early: number; blob: Blob | null };

export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; error: { code: ErrorCode; message: string } & ErrorDetails }
  | { computing: Computing }
  /** How much of the request's work is done, 0..1. */
  | { progress: number }
  | { alive: true }
  /** The name of a lock that the worker holds while it lives. */
  | { lock: string }
  /** The program has crashed, and the worker is of no more use. */
  | { crash: string };

/** The answer to Open. */
export interface Opened extends Omit<contract.Opened, 'output'> {
  /** 'none': this worker has no canvas, so the page must draw. */
  canvas: 'exact' | 'altered' | 'none';
}

/** The answer to a request to classify. */
export interface Classification extends Omit<contract.Classification, 'network' | 'none' | 'own' | 'ownNone'> {
  /** Of the classes in `best`, in its order. */
  labels: readonly string[];
  /** undefined where it cannot be told. */
  noneOfThese: boolean | undefined;
  /** What a head says that is used beside the model's classes. */
  own: { best: Float64Array<ArrayBuffer>; labels: readonly string[]; noneOfThese: boolean | undefined } | undefined;
  /** The part of the image that features and heat map cover. */
  box: Box;
  thumbnail: Blob | undefined;
  timings: Timings;
}
