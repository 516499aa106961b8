/** A model in a package of its own, for the package depthwise. */
export interface PackagedModel {
  /** Of the npm package. */
  package: string;
  /** As `info.model` gives it. */
  name: string;
  /** Width multiplier α. */
  alpha: number;
  /** Side of the input in pixels. */
  resolution: number;
  classes: number;
  type: 'uint8' | 'int8' | 'float32';
  /** Bytes of the weights' file, and its SHA-256 in hexadecimal digits. */
  size: number;
  sha256: string;
  license?: string;
  source?: string;
  /** The paths of its files in the package. */
  files: { weights: string; weightsGzip: string; labels: string };
  /** Where they are. */
  urls(): { weights: URL; weightsGzip: URL; labels: URL };
}

/** MobileNetV1 1.0 224, quantised to 8 bits, and the names of ImageNet's classes. */
declare const model: PackagedModel;
export default model;
