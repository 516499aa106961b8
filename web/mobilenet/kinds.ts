// The class of a value, whichever frame it comes from: `instanceof` knows only the classes of its own frame.

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

/** A property of each class but typed arrays: its getter accepts objects of the class and its subclasses, and throws for others. */
const properties: { [K in keyof Kinds]?: string } = {
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

/** Whether value is an instance of one of the classes with these names. Not every browser has all of them. */
export function isA<K extends keyof Kinds>(value: unknown, ...kinds: K[]): value is Kinds[K] {
  return kinds.some((kind: keyof Kinds) => {
    if (arrayName?.call(value) === kind) return true;
    const read = getter((globalThis as Record<string, unknown>)[kind], properties[kind]);
    try {
      read?.call(value);
      return read !== undefined;
    } catch {
      return false;
    }
  });
}

/** Gives the name of a typed array's class, and undefined for anything else. */
const arrayName = getter(Object.getPrototypeOf(Uint8Array), Symbol.toStringTag);

function getter(type: unknown, property: string | symbol = ''): (() => unknown) | undefined {
  const { prototype = {} } = (type ?? {}) as { prototype?: object };
  return Object.getOwnPropertyDescriptor(prototype, property)?.get;
}
