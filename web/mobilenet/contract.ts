// Code generated from wasm/tab/contract by go generate; DO NOT EDIT.

/** The program's methods, by what each takes and gives. */
export interface Methods {
  open: (args: OpenArgs) => Opened;
  resize: (args: ResizeArgs) => Inputs;
  use: (args: UseArgs) => Record<string, never>;
  classify: (args: ClassifyArgs) => Classification;
  heatmap: (args: HeatmapArgs) => ActivationMap;
  activations: (args: ActivationsArgs) => FeatureMap;
  weights: (args: WeightsArgs) => WeightTensor;
  run: (args: RunArgs) => Output;
  profile: (args: RunArgs) => LayerTimes;
  memory: (args: Record<string, never>) => MemoryUse;
  identify: (args: Record<string, never>) => Identity;
}

/** What stands for the class of the first prediction. */
export const best = -1;

export type ErrorCode = 'bad-argument' | 'model-corrupt' | 'model-unsupported' | 'worker-failed' | 'aborted';

export interface OpenArgs {
  model: Uint8Array | Uint8ClampedArray;
  labels: string | undefined;
  resolution: number | undefined;
  mean: [number, number, number] | undefined;
  scale: [number, number, number] | undefined;
  engine: 'auto' | 'dot' | 'relaxed' | 'simd' | 'go';
  threads: number;
  oneThread: string | undefined;
  newThread: () => Worker;
  onComputing: (now: Computing) => void;
}

export interface Opened {
  network: 'MobileNetV1' | 'MobileNetV2';
  alpha: number;
  resolution: number;
  shape: [number, number, number];
  classes: number;
  type: 'uint8' | 'int8' | 'float32';
  stored: 'uint8' | 'int8' | 'float32' | 'float16';
  input: 'uint8' | 'int8' | 'float32';
  output: 'uint8' | 'int8' | 'float32';
  mean: Float32Array<ArrayBuffer> | undefined;
  scale: Float32Array<ArrayBuffer> | undefined;
  file: FileInfo;
  labels: string;
  noneOfThese: boolean;
  layers: Layer[];
}

export interface ResizeArgs {
  rgba: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  views: View[];
}

export interface Inputs {
  rgba: Uint8Array<ArrayBuffer>;
}

export interface UseArgs {
  weights: Float32Array;
  bias: Float32Array;
  counter: boolean;
  centre: Float32Array;
  threshold: number;
  beside: boolean;
  model: string;
}

export interface ClassifyArgs {
  rgba: Uint8Array | Uint8ClampedArray;
  topK: number;
  embedding: boolean;
  embeddings: boolean;
  logits: boolean;
  features: boolean;
  heatmap: number | undefined;
}

export interface Classification {
  best: Float64Array<ArrayBuffer>;
  none: boolean;
  own: Float64Array<ArrayBuffer> | undefined;
  ownNone: boolean;
  embedding: Float32Array<ArrayBuffer> | undefined;
  embeddings: Float32Array<ArrayBuffer> | undefined;
  logits: Float32Array<ArrayBuffer> | undefined;
  features: Float32Array<ArrayBuffer> | undefined;
  heatmap: ActivationMap | undefined;
  network: number;
}

export interface HeatmapArgs {
  features: Float32Array;
  index: number;
}

export interface ActivationMap {
  index: number;
  width: number;
  height: number;
  data: Float32Array<ArrayBuffer>;
}

export interface ActivationsArgs {
  rgba: Uint8Array | Uint8ClampedArray;
  layer: number;
}

export interface FeatureMap {
  shape: [number, number, number];
  data: Float32Array<ArrayBuffer>;
}

export interface WeightsArgs {
  layer: number;
}

export interface WeightTensor {
  shape: number[];
  data: Float32Array<ArrayBuffer>;
}

export interface RunArgs {
  pixels: Uint8Array | Uint8ClampedArray;
}

export interface Output {
  output: Uint8Array<ArrayBuffer>;
  logits: Float32Array<ArrayBuffer>;
}

export interface LayerTimes {
  times: Float64Array<ArrayBuffer>;
}

export interface MemoryUse {
  engine: number;
  heap: number;
  program: number;
}

export interface Identity {
  fingerprint: string;
}

export interface Failure {
  code: ErrorCode;
  message: string;
}

export interface Computing {
  engine: 'dot' | 'relaxed' | 'simd' | 'go';
  threads: number;
  why: string;
}

export interface FileInfo {
  name: string;
  author: string;
  license: string;
  labels: boolean;
  range: boolean;
  note: string;
}

export interface Layer {
  name: string;
  type: 'conv' | 'depthwise' | 'pointwise' | 'add' | 'average_pool' | 'fully_connected';
  shape: [number, number, number];
  kernel: number;
  stride: number;
  parameters: number;
  multiplyAdds: number;
}

export interface View {
  x: number;
  y: number;
  width: number;
  height: number;
  mirror: boolean;
}
