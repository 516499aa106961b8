// HEIC photos in a worker, by libheif, where the browser reads none: as a BMP, which every browser does. core/picture/heic does the same in Go.

import { MobileNetError } from './errors.js';
import { type Box, boxes, broken, contentOf, propertiesOf, viewOf } from './heic-boxes.js';
import { single } from './heic-single.js';
import { type Colours, defaultColours, readConfiguration } from './hevc.js';

/** Pixels of the largest photo: those of phones have 48 megapixels, and the decoder takes up to 20 bytes for each. */
const pixelLimit = 64e6;

/** What the program exports; heif.c of its module says what the arguments are. */
interface Program {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(size: number): number;
  decode(file: number, size: number, configOnly: number, ...out: number[]): number;
}

const unsupported = (what: string) =>
  new MobileNetError('broken-image', `This HEIC has ${what}, which is not read here. Save it as JPEG and try again.`);

/** The photo in a file, upright, in sRGB. */
export function readHeic(decoder: WebAssembly.Module, file: Uint8Array<ArrayBuffer>): Blob {
  const { colours, displayP3 } = readProperties(file);
  const planes = decode(decoder, single(file));
  return bitmapFile(planes, colours, displayP3);
}

/** Looks through the properties of all images in a file (ISO/IEC 23008-12, 6.5). The stream of the photo or its tiles comes first. */
function readProperties(file: Uint8Array): { colours: Colours; displayP3: boolean } {
  const meta = contentOf(file, 'meta')?.subarray(4);
  const iprp = meta && contentOf(meta, 'iprp');
  const properties = iprp && contentOf(iprp, 'ipco');
  if (!properties) throw broken('its header is cut short');
  const all = [...boxes(properties)];
  let stream: Colours | undefined;
  let [most, coded] = [0, 0];
  for (const [type, content] of all) {
    const view = viewOf(content);
    if (type === 'ispe' && content.length >= 12) most = Math.max(most, view.getUint32(4) * view.getUint32(8));
    if (type === 'auxC' && /alpha|hevc:2015:auxid:1\0/.test(String.fromCharCode(...content.subarray(0, 200)))) {
      throw unsupported('transparent parts');
    }
    if (type === 'hvcC') {
      const { colours, pixels } = readConfiguration(content) ?? {};
      if (!colours || !pixels) throw broken('the description of its HEVC stream contradicts itself');
      coded = Math.max(coded, pixels);
      stream ??= colours;
    }
  }
  if (!stream) throw unsupported('no picture of HEVC');
  // An encoder adds less than a block at the edges.
  if (coded > 2 * most + 2 ** 16) throw broken('its header and its HEVC stream tell of different sizes');
  if (most > pixelLimit) {
    throw new MobileNetError('image-too-large', `The image has more than ${pixelLimit / 1e6} megapixels.`);
  }
  return { colours: stream, displayP3: false, ...coloursOf(propertiesOf(meta, iprp, all)) };
}

/** What the properties of an image say of its colours, which counts more than what its stream says. */
function coloursOf(properties: Box[]): { colours?: Colours; displayP3?: boolean } {
  const said: ReturnType<typeof coloursOf> = {};
  for (const [type, content] of properties) {
    const kind = type === 'colr' ? String.fromCharCode(...content.subarray(0, 4)) : '';
    const view = viewOf(content);
    if (kind === 'nclx' && content.length >= 11) {
      said.colours = { matrix: view.getUint16(8), fullRange: view.getUint8(10) > 127 };
    } else if (/prof|rICC/.test(kind)) {
      said.displayP3 = hasName(content, 'Display P3');
    }
  }
  return said;
}

/** Whether a profile has a name, in UTF-16 as Apple's do. */
function hasName(profile: Uint8Array, name: string): boolean {
  const start = String.fromCharCode(...profile.subarray(0, 4096));
  return start.includes([...name].join('\0'));
}

/** What the decoder gives: luma, and chroma for each pixel, two or four; without it, RGBA or one colour. */
interface Planes {
  width: number;
  height: number;
  /** 4: RGBA; 1: luma. */
  channels: number;
  data: Uint8Array[];
  strides: number[];
  /** By how many bits a position is shifted for chroma. */
  right: number;
  down: number;
}

function decode(decoder: WebAssembly.Module, file: Uint8Array): Planes {
  const refused = broken('its pixels cannot be decoded');
  const said = 20;
  try {
    const program = start(decoder);
    const allocate = (size: number): number => {
      const at = program.malloc(size);
      if (!at) throw new RangeError('no memory');
      return at;
    };
    const source = allocate(file.length);
    const at = allocate(said);
    const copy = new Uint8Array(program.memory.buffer, source, file.length);
    copy.set(file);
    copy.set([0x68, 0x65, 0x69, 0x63], 8); // "heic": of the first brands, it takes no other for certain
    const run = (configOnly: number, out: number): void => {
      const places = [0, 4, 8, 12, 16].map((offset) => at + offset);
      if (program.decode(source, file.length, configOnly, ...places, out) !== 1) throw refused;
    };
    run(1, 0);
    const head = new DataView(program.memory.buffer, at, said);
    const [width, height, space, chroma] = [0, 4, 8, 12].map((offset) => head.getUint32(offset, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (width * height > pixelLimit || space > 2) throw refused;
    const [right, down] = [chroma < 3 ? 1 : 0, chroma === 1 ? 1 : 0];
    const sizes: [stride: number, rows: number][] = [[space === 1 ? 4 * evenWidth(width) : stride(width), height]];
    if (space === 0) {
      const plane: [number, number] = [stride((width + right) >> right), (height + down) >> down];
      sizes.push(plane, plane);
    }
    let out = allocate(sizes.reduce((sum, [stride, rows]) => sum + stride * rows, 0));
    run(0, out);
    const data = sizes.map(([stride, rows]) => {
      out += stride * rows;
      return new Uint8Array(program.memory.buffer, out - stride * rows, stride * rows);
    });
    const strides = sizes.map(([stride]) => stride);
    return { width, height, channels: space === 1 ? 4 : 1, data, strides, right, down };
  } catch (cause) {
    // A damaged file ends the program by a trap.
    throw cause instanceof MobileNetError ? cause : broken('its pixels cannot be decoded', cause);
  }
}

/** How many samples libheif keeps room for in a row, and what it makes of that. */
const evenWidth = (width: number) => Math.max(64, width + (width & 1));
const stride = (width: number) => (evenWidth(width) + 15) & ~15;

/** Each photo has an instance of its own, whose memory goes with it. The program needs nothing of a system but to be told so. */
function start(decoder: WebAssembly.Module): Program {
  const noFile = 8; // WASI's errno
  const system: Record<string, (...args: number[]) => number> = {};
  for (const { name } of WebAssembly.Module.imports(decoder)) system[name] = () => noFile;
  const { exports } = new WebAssembly.Instance(decoder, {
    wasi_snapshot_preview1: {
      ...system,
      environ_sizes_get: (count: number, size: number) => {
        const view = new DataView((exports as unknown as Program).memory.buffer);
        view.setUint32(count, 0, true);
        view.setUint32(size, 0, true);
        return 0;
      },
    },
  });
  const program = exports as unknown as Program;
  program._initialize();
  return program;
}

/** The shares of red and blue in luma, by the matrix's number in ITU-T H.273, table 4. */
const weights: Record<number, [red: number, blue: number]> = {
  1: [0.2126, 0.0722],
  4: [0.3, 0.11],
  7: [0.212, 0.087],
  9: [0.2627, 0.0593],
};

/** Writes 24 bits a pixel, the bottom row first. */
function bitmapFile(planes: Planes, { matrix, fullRange }: Colours, displayP3: boolean): Blob {
  const { width, height, channels, data, strides, right, down } = planes;
  if (![0, 1, 2, 4, 5, 6, 7, 9].includes(matrix)) throw unsupported(`colours of the matrix ${matrix} of H.273`);
  const head = 54;
  const rowBytes = (3 * width + 3) & ~3;
  const file = new Uint8Array(head + rowBytes * height);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, head, true);
  view.setUint32(14, 40, true);
  view.setUint32(18, width, true);
  view.setUint32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);

  const [red, blue] = weights[matrix] ?? (defaultColours.weights as [number, number]);
  const [low, lumaRange, chromaRange] = fullRange ? [0, 255, 255] : [16, 219, 224];
  const table = (scale: number, from: number, range: number, add = 0) =>
    Float32Array.from({ length: 256 }, (_, i) => (scale * 255 * (i - from)) / range + add);
  const lumas = table(1, low, lumaRange, 0.5);
  const reds = table(2 * (1 - red), 128, chromaRange);
  const blues = table(2 * (1 - blue), 128, chromaRange);
  const greensOfRed = table((-2 * (1 - red) * red) / (1 - red - blue), 128, chromaRange);
  const greensOfBlue = table((-2 * (1 - blue) * blue) / (1 - red - blue), 128, chromaRange);
  const pixels = new Uint8ClampedArray(file.buffer);
  const [luma, cb, cr] = data as [Uint8Array, Uint8Array?, Uint8Array?];
  for (let y = 0; y < height; y++) {
    let to = head + rowBytes * (height - 1 - y);
    const row = y * (strides[0] as number);
    const chromaRow = (y >> down) * (strides[1] ?? 0);
    for (let x = 0; x < width; x++, to += 3) {
      if (channels === 4) {
        for (let c = 0; c < 3; c++) pixels[to + c] = luma[row + 4 * x + 2 - c] as number;
        continue;
      }
      const l = lumas[luma[row + x] as number] as number;
      if (!cb || !cr) {
        pixels[to] = pixels[to + 1] = pixels[to + 2] = Math.floor(l);
        continue;
      }
      const at = chromaRow + (x >> right);
      const [u, v] = [cb[at] as number, cr[at] as number];
      pixels[to] = Math.floor(l + (blues[u] as number));
      pixels[to + 1] = Math.floor(l + (greensOfBlue[u] as number) + (greensOfRed[v] as number));
      pixels[to + 2] = Math.floor(l + (reds[v] as number));
    }
  }
  if (displayP3) toSrgb(pixels.subarray(head), rowBytes, 3 * width);
  return new Blob([file], { type: 'image/bmp' });
}

/** From linear Display P3 to linear sRGB: both have the white D65 (SMPTE EG 432-1, IEC 61966-2-1). */
const fromP3 = [1.2249, -0.2247, 0, -0.0421, 1.0419, 0, -0.0197, -0.0786, 1.0979];

/** Converts blue, green and red of Display P3, whose curve is sRGB's. */
function toSrgb(pixels: Uint8ClampedArray, rowBytes: number, used: number): void {
  const steps = 4096;
  const linear = Float32Array.from({ length: 256 }, (_, i) => {
    const v = i / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const curve = Uint8ClampedArray.from({ length: steps + 1 }, (_, i) => {
    const v = i / steps;
    return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
  });
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = fromP3 as [
    ...[number, number, number, number, number, number, number, number, number],
  ];
  const encode = (v: number) => curve[v <= 0 ? 0 : v >= 1 ? steps : (v * steps + 0.5) | 0] as number;
  for (let row = 0; row + used <= pixels.length; row += rowBytes) {
    for (let at = row; at < row + used; at += 3) {
      const b = linear[pixels[at] as number] as number;
      const g = linear[pixels[at + 1] as number] as number;
      const r = linear[pixels[at + 2] as number] as number;
      pixels[at] = encode(br * r + bg * g + bb * b);
      pixels[at + 1] = encode(gr * r + gg * g + gb * b);
      pixels[at + 2] = encode(rr * r + rg * g + rb * b);
    }
  }
}
