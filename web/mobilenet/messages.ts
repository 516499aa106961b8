// What crosses between the page's thread and the worker. One request is under way at a time.

import type { Box, Crop, Engine, ErrorCode, Heatmap, Info, Layer, Timings } from './mobilenet.d.ts';

/** Starts the network; the first request of a worker. */
export interface Open {
  method: 'open';
  model: Uint8Array<ArrayBuffer>;
  /** A label a line. */
  labels: string | undefined;
  resolution: number | undefined;
  mean: readonly number[] | undefined;
  scale: readonly number[] | undefined;
  engine: 'auto' | Engine;
  /** 0: as many as help. */
  threads: number;
  /** Why there must be only one, if that was not asked for. */
  oneThread?: string;
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
  | { method: 'classify'; topK: number; embedding: boolean; heatmap: number | 'best' | undefined }
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

export type Request = Open | PictureRequest | PixelsRequest | WeightsRequest | { method: 'memory' };

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

/** How the network computes. The worker tells it when it opens a model, and again if it changes. */
export type Computing = Pick<Info, 'engine' | 'threads' | 'why'>;

/** What Open answers. */
export interface Opened {
  alpha: number;
  resolution: number;
  classes: number;
  type: Info['type'];
  input: Info['input'];
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
  embedding: Float32Array<ArrayBuffer> | null;
  heatmap: Heatmap | undefined;
  thumbnail: Blob | undefined;
  timings: Timings;
}
