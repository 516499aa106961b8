// What core/mobilenet counts and holds of the whole family: web/build makes the module 'family' of it.

declare module 'family' {
  /** Top-1 and top-5, in percent of ImageNet's validation set. */
  interface Accuracy {
    Top1: number;
    Top5: number;
  }

  /** What MobileNetV1's authors state about one network. */
  interface Published {
    Alpha: number;
    Resolution: number;
    /** Millions. */
    MultiplyAdds: number;
    /** Millions, batch normalisation included. */
    Parameters: number;
    Float: Accuracy;
    Quantized: Accuracy;
    /** The cell is not the exact count in whole millions. */
    MultiplyAddsDiffer: boolean;
    ParametersDiffer: boolean;
  }

  interface Width {
    alpha: number;
    /** By kind, without biases. */
    parameters: number[];
    /** By resolution and kind. */
    multiplyAdds: number[][];
    /** With standard convolutions: parameters, then multiply-adds by resolution. */
    standard: number[];
  }

  const family: {
    classes: number;
    resolutions: number[];
    kinds: ('conv' | 'depthwise' | 'pointwise' | 'fully_connected')[];
    /** The narrowest first. */
    widths: Width[];
    /** The largest first. */
    published: Published[];
  };
  export default family;
}
