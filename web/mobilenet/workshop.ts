// The functions of the Go program wasm/workshop, by what each takes and gives.

import type { OpenArgs } from './contract.js';
import type { Conversion, Recognized } from './convert.d.ts';
import type { Report } from './mobilenet.d.ts';

export interface WorkshopMethods {
  write: (args: WriteArgs) => { file: Uint8Array<ArrayBuffer> };
  teach: (args: TeachArgs) => Taught;
  recognize: (args: RecognizeArgs) => Omit<Recognized, 'shape'> & {
    shape: [number, number, number];
    file?: Uint8Array<ArrayBuffer>;
  };
  calibrate: (args: { rgba: Uint8ClampedArray<ArrayBuffer> }) => object;
  quantize: (args: QuantizeArgs) => { file: Uint8Array<ArrayBuffer>; report: NonNullable<Conversion['report']> };
}

/** A file to be recognised, which is what later calls are about. */
export interface RecognizeArgs {
  file: Uint8Array<ArrayBuffer>;
  /** The model's name in the file that is written; empty: none. */
  name: string;
  /** A label a line. */
  labels: string | undefined;
  activation: string | undefined;
  padding: string | undefined;
  epsilon: number | undefined;
  resolution: number | undefined;
  mean: readonly number[] | undefined;
  scale: readonly number[] | undefined;
  /** Whether the answer shall have the model as a .tflite file of floating point. */
  write: boolean;
}

export interface QuantizeArgs {
  type: 'int8' | 'uint8';
  newThread: (() => Worker) | undefined;
  onProgress: (done: number) => void;
}

type Floats = Float32Array<ArrayBuffer>;

/** What is to be written: the model as it was opened. */
export interface WriteArgs extends Pick<OpenArgs, 'model' | 'resolution' | 'mean' | 'scale'> {
  /** A label a line; empty for none. */
  labels: string;
  /** Empty: as the model's file has it. */
  name: string;
  /** What takes the place of the model's own classes. */
  head: HeadArgs | undefined;
}

export interface HeadArgs {
  weights: Float32Array;
  bias: Float32Array;
  counter: boolean;
  /** What tells none of these, if there is a threshold. */
  centre: Float32Array | undefined;
  threshold: number | undefined;
  /** [examples][size of an embedding] */
  examples: Floats;
  /** The fingerprint of its model; empty: not known. */
  model: string;
}

export interface TeachArgs {
  /** [views of all examples][size] */
  embeddings: Floats;
  /** Of an embedding. */
  size: number;
  /** How many views each example has. */
  views: Int32Array<ArrayBuffer>;
  /** Of each example: 0, 1, ... as the examples first name them, -1 of counter-examples. */
  classes: Int32Array<ArrayBuffer>;
  validate: boolean;
  curve: boolean;
  /** The share of the known that the threshold for none of these shall keep; 0: there shall be none. */
  keep: number;
  start: Start | undefined;
  onProgress: (done: number) => void;
}

/** A classifier to begin from. */
export interface Start {
  weights: Floats;
  bias: Floats;
  /** Which of the examples' classes each of its own is; -2 of one that they have not. */
  classes: Int32Array<ArrayBuffer>;
  strength: number;
  threshold: number | undefined;
}

/** What was learned. */
export interface Taught {
  weights: Floats;
  bias: Floats;
  strength: number;
  centre?: Floats;
  threshold?: number;
  /** Its classes are in the order of the weights' rows, and have no labels yet. */
  report?: Omit<Report, 'classes'> & { classes: Omit<Report['classes'][number], 'label'>[] };
}
