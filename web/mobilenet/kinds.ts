// What a value is, whichever frame it comes from: `instanceof` knows only the classes of the frame that asks.

interface Kinds {
  Blob: Blob;
  URL: URL;
  ArrayBuffer: ArrayBuffer;
  Uint8Array: Uint8Array<ArrayBuffer>;
  Uint8ClampedArray: Uint8ClampedArray<ArrayBuffer>;
  Float32Array: Float32Array<ArrayBuffer>;
  ImageBitmap: ImageBitmap;
  ImageData: ImageData;
  HTMLImageElement: HTMLImageElement;
  HTMLCanvasElement: HTMLCanvasElement;
  OffscreenCanvas: OffscreenCanvas;
  HTMLVideoElement: HTMLVideoElement;
  VideoFrame: VideoFrame;
  AbortSignal: AbortSignal;
}

type TypedArray = (typeof typedArrays)[number];
const typedArrays = ['Uint8Array', 'Uint8ClampedArray', 'Float32Array'] as const;

/** A property of each class whose getter takes objects of that class, and of those derived from it, and throws at all others. */
const properties: Record<Exclude<keyof Kinds, TypedArray>, string> = {
  Blob: 'size',
  URL: 'href',
  ArrayBuffer: 'byteLength',
  ImageBitmap: 'width',
  ImageData: 'width',
  HTMLImageElement: 'complete',
  HTMLCanvasElement: 'width',
  OffscreenCanvas: 'width',
  HTMLVideoElement: 'videoWidth',
  VideoFrame: 'timestamp',
  AbortSignal: 'aborted',
};

/** Whether value is of one of the classes with these names, or of one derived from them. Not every browser has all. */
export function isA<K extends keyof Kinds>(value: unknown, ...kinds: K[]): value is Kinds[K] {
  return kinds.some((kind: keyof Kinds) => {
    if (isTypedArray(kind)) return arrayName?.call(value) === kind;
    const read = getter((globalThis as Record<string, unknown>)[kind], properties[kind]);
    try {
      read?.call(value);
      return read !== undefined;
    } catch {
      return false;
    }
  });
}

/** Gives the name of a typed array's class, and undefined for all else. */
const arrayName = getter(Object.getPrototypeOf(Uint8Array), Symbol.toStringTag);

function getter(type: unknown, property: string | symbol): (() => unknown) | undefined {
  const { prototype = {} } = (type ?? {}) as { prototype?: object };
  return Object.getOwnPropertyDescriptor(prototype, property)?.get;
}

const isTypedArray = (kind: keyof Kinds): kind is TypedArray => (typedArrays as readonly string[]).includes(kind);
