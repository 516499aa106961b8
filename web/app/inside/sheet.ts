import type { Activations, Weights } from '../../mobilenet/mobilenet.js';
import { glow, pack, type Ramp, signed } from './colours.ts';

/** Small images of one size, one a channel: a layer's feature maps, or its kernels. */
export interface Sheet {
  width: number;
  height: number;
  channels: number;
  /** What the colours stand for: the values at the ends of the ramp. Without a ramp the colours are red, green and blue. */
  scale: { ramp?: Ramp; from: number; to: number };
  /** Writes a channel's pixels into target, from offset on, rows stride apart. */
  paint(channel: number, target: Uint32Array, offset: number, stride: number): void;
  /** The numbers at a place: one, or one each for red, green and blue. */
  values(channel: number, x: number, y: number): number[];
}

/** A layer's output [height,width,channels]. All maps share one scale, so that they can be compared. */
export class MapSheet implements Sheet {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly scale: { ramp: Ramp; from: number; to: number };
  readonly data: Float32Array;

  constructor({ shape, data }: Activations) {
    [this.height, this.width, this.channels] = shape;
    this.data = data;
    let [from, to] = [0, 0];
    for (const value of data) {
      if (value > to) to = value;
      else if (value < from) from = value;
    }
    this.scale = { ramp: glow, from, to: to > from ? to : from + 1 };
  }

  paint(channel: number, target: Uint32Array, offset: number, stride: number): void {
    const { width, height, channels, data } = this;
    const { ramp, from, to } = this.scale;
    const steps = 255 / (to - from);
    for (let y = 0, at = channel; y < height; y++) {
      for (let x = 0; x < width; x++, at += channels) {
        target[offset + y * stride + x] = ramp[Math.round(((data[at] as number) - from) * steps)] as number;
      }
    }
  }

  values(channel: number, x: number, y: number): number[] {
    return [this.data[(y * this.width + x) * this.channels + channel] as number];
  }

  /**
   * How active each channel is: the standard deviation of its map, for a map that is equally strong everywhere says nothing about
   * the image. Of maps of one value it is that value.
   */
  activity(): Float32Array {
    const { channels, data } = this;
    const cells = data.length / channels;
    if (cells === 1) return data;
    const sums = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (let at = 0; at < data.length; at += channels) {
      for (let c = 0; c < channels; c++) {
        const value = data[at + c] as number;
        sums[c] = (sums[c] as number) + value;
        squares[c] = (squares[c] as number) + value * value;
      }
    }
    return Float32Array.from(sums, (sum, c) =>
      Math.sqrt(Math.max(0, (squares[c] as number) / cells - (sum / cells) ** 2)),
    );
  }

  /** Where a channel is strongest. */
  peak(channel: number): { x: number; y: number } {
    let best = channel;
    for (let at = channel; at < this.data.length; at += this.channels) {
      if ((this.data[at] as number) > (this.data[best] as number)) best = at;
    }
    const cell = (best - channel) / this.channels;
    return { x: cell % this.width, y: Math.floor(cell / this.width) };
  }
}

/**
 * A depthwise layer's kernels [3,3,channels], or the first layer's filters of one colour [channels,3,3,1], each on its own scale: what
 * counts is the pattern.
 */
class KernelSheet implements Sheet {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly scale = { ramp: signed, from: -1, to: 1 };
  readonly #data: Float32Array;
  /** From a channel's weight to the next one's, and from a weight to the next one of the same channel. */
  readonly #steps: [channel: number, weight: number];

  constructor({ shape, data }: Weights) {
    const first = shape.length === 4;
    const [height, width, channels] = (first ? [shape[1], shape[2], shape[0]] : shape) as [number, number, number];
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.#data = data;
    this.#steps = first ? [height * width, 1] : [1, channels];
  }

  paint(channel: number, target: Uint32Array, offset: number, stride: number): void {
    const largest = this.#largest(channel);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const [value = 0] = this.values(channel, x, y);
        target[offset + y * stride + x] = signed[Math.round(127.5 + (127.5 * value) / largest)] as number;
      }
    }
  }

  values(channel: number, x: number, y: number): number[] {
    return [this.#at(channel, y * this.width + x)];
  }

  #at(channel: number, weight: number): number {
    const [next, step] = this.#steps;
    return this.#data[channel * next + weight * step] as number;
  }

  #largest(channel: number): number {
    let largest = 1e-12;
    for (let i = 0; i < this.width * this.height; i++) largest = Math.max(largest, Math.abs(this.#at(channel, i)));
    return largest;
  }
}

/** The first layer's filters [channels,3,3,3] as colours: grey is no weight, brighter is more, darker is less. */
class FilterSheet implements Sheet {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly scale = { from: -1, to: 1 };
  readonly #data: Float32Array;

  constructor({ shape, data }: Weights) {
    [this.channels, this.height, this.width] = shape as [number, number, number, number];
    this.#data = data;
  }

  paint(channel: number, target: Uint32Array, offset: number, stride: number): void {
    const size = this.width * this.height * 3;
    const weights = this.#data.subarray(channel * size, (channel + 1) * size);
    const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-12);
    const byte = (w: number) => Math.round(127.5 + (127.5 * w) / largest);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const [red = 0, green = 0, blue = 0] = this.values(channel, x, y);
        target[offset + y * stride + x] = pack(byte(red), byte(green), byte(blue));
      }
    }
  }

  values(channel: number, x: number, y: number): number[] {
    const at = ((channel * this.height + y) * this.width + x) * 3;
    return [...this.#data.subarray(at, at + 3)];
  }
}

/** A layer's kernels as images; undefined for 1×1 kernels. */
export function kernelSheet(weights: Weights): Sheet | undefined {
  if (weights.shape.length === 4 && weights.shape[3] === 3) return new FilterSheet(weights);
  const kernels = weights.shape.length === 3 || weights.shape[3] === 1;
  return kernels ? new KernelSheet(weights) : undefined;
}
