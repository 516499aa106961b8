// What an HEVC stream says of its pictures: their size, and how luma and chroma become colours (ITU-T H.265).

export interface Colours {
  /** As ITU-T H.273 counts them; 2: not said. */
  matrix: number;
  /** Luma of 0 to 255, not 16 to 235. */
  fullRange: boolean;
}

/** Those of what is not said: BT.601, as cameras write it. */
export const defaultColours = { weights: [0.299, 0.114] };

/** Reads the property hvcC (ISO/IEC 14496-15, 8.3.3.1); undefined if it is damaged. */
export function readConfiguration(hvcC: Uint8Array): { colours: Colours; pixels: number } | undefined {
  const view = new DataView(hvcC.buffer, hvcC.byteOffset, hvcC.byteLength);
  try {
    let at = 23;
    for (let arrays = view.getUint8(22); arrays > 0; arrays--) {
      const kind = view.getUint8(at) & 0x3f;
      const count = view.getUint16(at + 1);
      at += 3;
      for (let i = 0; i < count; i++) {
        const length = view.getUint16(at);
        const sequenceParameterSet = 33;
        if (kind === sequenceParameterSet) return readSequence(hvcC.subarray(at + 4, at + 2 + length));
        at += 2 + length;
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it is cut short
  }
  return undefined;
}

/** Reads a sequence parameter set (7.3.2.2), behind its header, as far as what it says of colours. */
function readSequence(unit: Uint8Array): { colours: Colours; pixels: number } {
  const r = new BitReader(unit);
  r.bits(4);
  const subLayers = r.bits(3);
  r.bits(1);
  skipProfile(r, subLayers);
  r.golomb();
  if (r.golomb() === 3) r.bits(1); // of chroma
  const pixels = r.golomb() * r.golomb();
  if (r.flag()) r.golombs(4);
  r.golombs(2);
  const order = 4 + r.golomb();
  r.golombs(3 * (r.flag() ? subLayers + 1 : 1));
  r.golombs(6);
  if (r.flag() && r.flag()) skipScalingLists(r);
  r.bits(2);
  if (r.flag()) {
    r.bits(8);
    r.golombs(2);
    r.bits(1);
  }
  skipReferenceSets(r);
  if (r.flag()) for (let n = r.count(32); n > 0; n--) r.bits(order + 1);
  r.bits(2);
  return { colours: r.flag() ? readUsability(r) : { matrix: 2, fullRange: false }, pixels };
}

function skipProfile(r: BitReader, subLayers: number): void {
  for (let i = 0; i < 12; i++) r.bits(8);
  let bytes = 0;
  for (let i = 0; i < subLayers; i++) bytes += (r.flag() ? 11 : 0) + (r.flag() ? 1 : 0);
  if (subLayers > 0) r.bits(2 * (8 - subLayers));
  for (; bytes > 0; bytes--) r.bits(8);
}

/** 7.3.4 */
function skipScalingLists(r: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let lists = size === 3 ? 2 : 6; lists > 0; lists--) {
      if (!r.flag()) r.golomb();
      else r.golombs((size > 1 ? 1 : 0) + Math.min(64, 16 << (2 * size)));
    }
  }
}

/** The other pictures that one may be predicted from, which a photo has none of (7.3.7). */
function skipReferenceSets(r: BitReader): void {
  let entries = 0; // of the set before
  const sets = r.count(64);
  for (let i = 0; i < sets; i++) {
    if (i > 0 && r.flag()) {
      r.bits(1);
      r.golomb();
      let kept = 0;
      for (let j = 0; j <= entries; j++) if (r.flag() || r.flag()) kept++;
      entries = kept;
    } else {
      entries = r.count(16) + r.count(16);
      for (let j = 0; j < entries; j++) {
        r.golomb();
        r.bits(1);
      }
    }
  }
}

/** The start of vui_parameters (annex E). */
function readUsability(r: BitReader): Colours {
  const extended = 255;
  if (r.flag() && r.bits(8) === extended) {
    r.bits(16);
    r.bits(16);
  }
  if (r.flag()) r.bits(1);
  const colours = { matrix: 2, fullRange: false };
  if (r.flag()) {
    r.bits(3);
    colours.fullRange = r.flag();
    if (r.flag()) {
      r.bits(16);
      colours.matrix = r.bits(8);
    }
  }
  return colours;
}

/** Takes bits from the front of bytes; throws a RangeError where there are too few. */
class BitReader {
  #bytes: number[] = [];
  #at = 0;

  constructor(unit: Uint8Array) {
    // The third byte of 0, 0, 3 keeps a stream free of what begins its units.
    let zeros = 0;
    for (const byte of unit) {
      const escaped = zeros >= 2 && byte === 3;
      zeros = byte === 0 ? zeros + 1 : 0;
      if (!escaped) this.#bytes.push(byte);
    }
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('the stream ends');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** A number of Exp-Golomb code (9.2). A signed one takes as many bits. */
  golomb(): number {
    let zeros = 0;
    while (!this.flag()) if (++zeros > 20) throw new RangeError('a number is too large');
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  golombs(count: number): void {
    for (let i = 0; i < count; i++) this.golomb();
  }

  /** How often something follows. */
  count(most: number): number {
    const count = this.golomb();
    if (count > most) throw new RangeError(`there are ${count} where ${most} are allowed`);
    return count;
  }
}
