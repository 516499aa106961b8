// What a value is, whichever frame it comes from: `instanceof` knows only the classes of the frame that asks.

interface Kinds {
  Blob: Blob;
  URL: URL;
  ArrayBuffer: ArrayBuffer;
  Uint8Array: Uint8Array<ArrayBuffer>;
  Uint8ClampedArray: Uint8ClampedArray<ArrayBuffer>;
  ImageBitmap: ImageBitmap;
  ImageData: ImageData;
  HTMLImageElement: HTMLImageElement;
  HTMLCanvasElement: HTMLCanvasElement;
  OffscreenCanvas: OffscreenCanvas;
  HTMLVideoElement: HTMLVideoElement;
  VideoFrame: VideoFrame;
  AbortSignal: AbortSignal;
}

type TypedArray = 'Uint8Array' | 'Uint8ClampedArray';

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
    if (kind === 'Uint8Array' || kind === 'Uint8ClampedArray') return arrayName?.call(value) === kind;
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
