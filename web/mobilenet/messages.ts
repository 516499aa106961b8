// What crosses between the page's thread and the worker. One request is under way at a time.

import type { Box, Crop, Engine, ErrorCode, Info, Layer, Timings } from './mobilenet.d.ts';

/** Starts the network; the first request of a worker. */
export interface Open {
  method: 'open';
  program: WebAssembly.Module;
  model: Uint8Array<ArrayBuffer>;
  /** A label a line. */
  labels: string | undefined;
  resolution: number | undefined;
  mean: readonly number[] | undefined;
  scale: readonly number[] | undefined;
  engine: 'auto' | Engine;
  /** 0: as many as help. */
  threads: number;
}

/** A picture on its way to the worker. */
export type Picture =
  | { kind: 'file'; blob: Blob }
  | { kind: 'bitmap'; bitmap: ImageBitmap; decode: number }
  | ({ kind: 'views' } & Views);

/** A picture as the network sees it, once or more. */
export interface Views {
  /** [views,R,R,4] */
  rgba: Uint8ClampedArray<ArrayBuffer>;
  /** The part of the picture that the first view shows. */
  box: Box;
  /** Milliseconds it took. */
  decode: number;
  resize: number;
}

/** How the network shall look at a picture. */
export interface Look {
  crop: Crop;
  views: number;
}

export type PictureRequest = { picture: Picture; look: Look } & (
  | { method: 'classify'; topK: number }
  | { method: 'embed' }
  | { method: 'heatmap' | 'activations'; index: number }
);

export interface PixelsRequest {
  method: 'run' | 'profile';
  rgb: Uint8Array | Uint8ClampedArray;
}

export interface WeightsRequest {
  method: 'weights';
  index: number;
}

export type Request = Open | PictureRequest | PixelsRequest | WeightsRequest;

export type ToWorker = { id: number; request: Request } | { abort: number };

export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; error: { code: ErrorCode; message: string } }
  | { computing: Computing }
  /** The program has ended and the worker is of no more use. */
  | { crash: string };

/** How the network computes. The worker tells it when it opens a model, and again if it changes. */
export type Computing = Pick<Info, 'engine' | 'threads' | 'why'>;

/** What Open answers. */
export interface Opened {
  alpha: number;
  resolution: number;
  classes: number;
  /** A label a line; empty without classes. */
  labels: string;
  layers: Layer[];
  /** 'none': no canvas in this worker, so the page must draw. */
  canvas: 'exact' | 'altered' | 'none';
}

/** What classify answers. */
export interface Classified {
  /** Index and probability, one after the other, the best first. */
  best: Float64Array<ArrayBuffer>;
  timings: Timings;
}
