// What a file is, by its first bytes: for limits before decoding and for telling errors apart. The browser decides what it
// can decode.

/** How much of a file to look at: the size of a JPEG stands behind its metadata. */
export const sniffLength = 256 * 1024;

export interface Kind {
  /** Of a picture, or of something else that people drop; undefined: unknown. */
  format: string | undefined;
  isImage: boolean;
  /** Pixels that the header declares, where it is cheap to read. */
  pixels?: number;
}

const signatures: [format: string, pattern: RegExp, isImage?: false][] = [
  ['PNG', /^\x89PNG\r\n/],
  ['JPEG', /^\xff\xd8\xff/],
  ['GIF', /^GIF8[79]a/],
  ['WebP', /^RIFF....WEBP/s],
  ['BMP', /^BM.{4}\0{4}/s],
  ['AVIF', /^....ftypavi[fs]/s],
  ['HEIC', /^....ftyp(hei[cfmsx]|hev[cmsx]|mif1|msf1)/s],
  ['TIFF', /^(II\*\0|MM\0\*)/],
  ['JPEG XL', /^(\xff\n|\0\0\0\fJXL )/],
  ['JPEG 2000', /^(\xffO\xffQ|\0\0\0\fjP {2})/],
  ['icon', /^\0\0.\0.\0/s],
  ['SVG', /^.{0,900}<svg[\s>]/s],
  ['Photoshop', /^8BPS/],
  ['PDF', /^%PDF/, false],
  ['ZIP or Office', /^PK[^ -~]{2}/, false],
  ['video', /^(....ftyp|.E\xdf\xa3|RIFF....AVI )/s, false],
  ['web page', /^\s*<(!doctype html|html)/i, false],
];

export function sniff(bytes: Uint8Array): Kind {
  const start = String.fromCharCode(...bytes.subarray(0, 1024));
  for (const [format, pattern, isImage = true] of signatures) {
    if (pattern.test(start)) return { format, isImage, pixels: declaredPixels(format, bytes) };
  }
  return { format: undefined, isImage: false };
}

/** Width times height by the file's header. */
function declaredPixels(format: string, bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (format) {
      case 'PNG': // IHDR comes first
        return view.getUint32(16) * view.getUint32(20);
      case 'GIF':
        return view.getUint16(6, true) * view.getUint16(8, true);
      case 'BMP':
        return Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
      case 'JPEG':
        return jpegPixels(view);
    }
  } catch {
    // the file ends before its header does
  }
  return undefined;
}

/** Goes from marker to marker to the start of frame, SOF0 to SOF15 without DHT, JPG and DAC. */
function jpegPixels(view: DataView): number | undefined {
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return view.getUint16(at + 5) * view.getUint16(at + 7);
    }
  }
  return undefined;
}
