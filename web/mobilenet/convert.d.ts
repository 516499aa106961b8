/**
 * Makes a `.tflite` file of a trained network: of a checkpoint of PyTorch (`.pth`, `.pt`, `.safetensors`) or Keras (`.h5`, `.keras`) that is a
 * MobileNetV1 or V2, or of a `.tflite` file of floating point that shall become 8-bit integers. Everything happens on the user's device, in a worker
 * that ends with the conversion. Nothing of a checkpoint is executed.
 *
 *     import { convert } from './mobilenet/convert.js';
 *     const { file, report } = await convert(checkpoint, { quantize: { images: photos } });
 *     const net = await load({ model: file });
 */
import type { CallOptions, Crop, CropBox, LoadOptions, MobileNetError, Source } from './mobilenet.js';

/**
 * Converts a file. The program that does it, 1.8 MB by gzip, is fetched with the first call. Rejects with a {@link MobileNetError}: 'model-unsupported' for
 * a file that is damaged, of another format or another network, or that cannot be quantised, and the message says what does not fit;
 * 'bad-argument' for an option; an image's own code, where the message begins with its place, as in `images[3]: …`; and the codes of
 * `load`.
 */
export function convert(
  file: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>,
  options?: ConvertOptions,
): Promise<Conversion>;

export interface ConvertOptions extends CallOptions {
  /**
   * What a checkpoint often does not say. Without these, what the file says is used, or else what its layout's authors use; the result has
   * each value with where it is from. A `.tflite` file has its own activation, padding and epsilon.
   */
  activation?: Activation;
  /** Of the 3×3 convolutions of stride 2. */
  padding?: Padding;
  /** What batch normalisation adds to the variance, 0..1. */
  epsilon?: number;
  /** What becomes of a pixel: `value = scale · (byte − mean)`. */
  normalize?: LoadOptions['normalize'];
  /** Side of the input in pixels. */
  resolution?: number;
  /** Names of the classes, to be written into the file: as many as there are classes, as for `load`. */
  labels?: readonly string[];
  /** The model's name, to be written into the file. */
  name?: string;
  /** Makes 8-bit integers, a quarter of the size and two to three times as fast. */
  quantize?: QuantizeOptions;
  /** Is called as the work proceeds. An error that it throws is reported as uncaught, and the work continues. */
  onProgress?: (progress: ConvertProgress) => void;
  /** As for `load`: the folder of the library's files. */
  assets?: LoadOptions['assets'];
}

/** 'leaky:0.1' is LeakyReLU with that slope, which runs in floating point and cannot be quantised. */
export type Activation = 'relu' | 'relu6' | `leaky:${number}`;

/** 'symmetric': 1 on each side, as PyTorch's padding=1; 'same': TensorFlow's SAME; 'after': 1 below and right, as Keras' ZeroPadding2D. */
export type Padding = 'symmetric' | 'same' | 'after';

export interface QuantizeOptions {
  /**
   * Images of the kind that the model will see, for the ranges of its values: a hundred are good, ten are few. They need no labels, and each must stay
   * as it is until its turn comes.
   */
  images: Iterable<Source> | AsyncIterable<Source>;
  /** 'int8' (default), a scale for each channel, loses less; 'uint8' has a scale for each layer, as older programs need it. */
  type?: 'int8' | 'uint8';
  /** The part of an image that is looked at, as for `classify`. */
  crop?: Crop | CropBox;
  /** Is called with the place and the error of an image that cannot be read, which is then left out. Without it, the conversion fails. */
  onBroken?: (index: number, error: MobileNetError) => void;
}

export interface ConvertProgress {
  /** 'read' while the program is fetched and the file is read, 'images' while images are read, 'quantize' while the network runs on them. */
  stage: 'read' | 'images' | 'quantize';
  /** 'read': 0 or 1. 'images': how many are read. 'quantize': the share of the work, 0..1. */
  done: number;
}

/** A value, and where it is from: 'assumed' where neither the file nor an option says it. */
export interface Setting<T> {
  value: T;
  from: 'assumed' | 'file' | 'option';
}

/** What a file was recognised as. */
export interface Recognized {
  /** 'PyTorch', 'PyTorch, before version 1.6', 'safetensors', 'Keras, HDF5', 'Keras' or 'TensorFlow Lite'. */
  format: string;
  /** Whose names the tensors have, as 'timm'; empty where they were put in order by their shapes. */
  layout: string;
  /** false of a .tflite file. */
  checkpoint: boolean;
  network: 'MobileNetV1' | 'MobileNetV2';
  /** Width multiplier α. */
  alpha: number;
  /** Of the input: [height, width, channels]. */
  shape: readonly [height: number, width: number, channels: number];
  /** 0: it ends before a classifier, and gives embeddings only. */
  classes: number;
  /** Biases included, with batch normalisation folded in. */
  parameters: number;
  multiplyAdds: number;
  /** Whether the file that is made names the classes. */
  labels: boolean;
  /** Whether 8-bit integers can be made of it: not with LeakyReLU. */
  quantizable: boolean;
  resolution: Setting<number>;
  normalize: Setting<{ mean: [number, number, number]; scale: [number, number, number] }>;
  /** Of a checkpoint only. */
  activation?: Setting<Activation>;
  padding?: Setting<Padding>;
  epsilon?: Setting<number>;
}

export interface Conversion {
  /** The `.tflite` file. */
  file: Blob;
  recognized: Recognized;
  /** What became of the numbers. Only with {@link ConvertOptions.quantize}. */
  report?: {
    /** How many images were used. */
    images: number;
    /** On how many of them the best answer is that of floating point. */
    same: number;
    /** The largest difference of a probability. */
    difference: number;
    layers: {
      name: string;
      /** The ratio of signal to noise in decibels; Infinity without noise. */
      noise: number;
      /** What the smallest and the largest integer stand for. */
      least: number;
      most: number;
    }[];
  };
}
