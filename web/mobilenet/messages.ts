// What crosses between the page's thread and the worker. One request is under way at a time.

import type * as contract from './contract.js';
import type { ActivationsArgs, ClassifyArgs, Computing, HeatmapArgs, OpenArgs, WeightsArgs } from './contract.js';
import type { Box, Crop, ErrorCode, Timings } from './mobilenet.d.ts';

/** Starts the network; the first request of a worker. */
export interface Open extends Omit<OpenArgs, 'newThread' | 'onComputing'> {
  method: 'open';
}

/** A picture on its way to the worker. */
export type Picture =
  | {
      kind: 'file';
      blob: Blob;
      /** The number by which the worker was told to decode it before its turn. */
      early?: number;
    }
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
  /** A small JPEG of the picture, if one is wanted. */
  thumbnail?: Blob;
}

/** How the network shall look at a picture. */
export interface Look {
  crop: Crop;
  views: number;
  /** Side of the square that the thumbnail has to fit in; 0: none is wanted. */
  thumbnail: number;
}

export type PictureRequest = { picture: Picture; look: Look } & (
  | ({ method: 'classify' } & Omit<ClassifyArgs, 'rgba'>)
  | ({ method: 'activations' } & Omit<ActivationsArgs, 'rgba'>)
);

export interface PixelsRequest {
  method: 'run' | 'profile';
  rgb: Uint8Array | Uint8ClampedArray;
}

export type Request =
  | Open
  | PictureRequest
  | PixelsRequest
  | ({ method: 'heatmap' } & HeatmapArgs)
  | ({ method: 'weights' } & WeightsArgs)
  | { method: 'memory' };

export type ToWorker =
  /** The Go program, which can start while the model is still on its way. It comes first. */
  | { program: WebAssembly.Module }
  | { id: number; request: Request }
  | { abort: number }
  /** Asks for a sign of life. */
  | { ping: true }
  /** Have this file's pixels ready by its turn, or drop them. */
  | { early: number; blob: Blob | null };

export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; error: { code: ErrorCode; message: string } }
  | { computing: Computing }
  | { alive: true }
  /** The name of a lock that the worker holds as long as it lives. */
  | { lock: string }
  /** The program has ended and the worker is of no more use. */
  | { crash: string };

/** What Open answers. */
export interface Opened extends Omit<contract.Opened, 'output'> {
  /** 'none': no canvas in this worker, so the page must draw. */
  canvas: 'exact' | 'altered' | 'none';
}

/** What a request to classify answers. */
export interface Classified extends Omit<contract.Classification, 'network'> {
  /** The part of the picture that features and heat map cover. */
  box: Box;
  thumbnail: Blob | undefined;
  timings: Timings;
}
