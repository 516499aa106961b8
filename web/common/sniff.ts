// The type of a file by its first bytes, for limits before decoding and for error messages. The browser decides what it can decode.

/** How many bytes of a file to inspect. */
export const sniffLength = 1024;

export interface Kind {
  /** Of an image, or of something else that people drop; undefined if unknown. */
  format: string | undefined;
  isImage: boolean;
}

// Decoders check only the name in a BMP's first header; the second begins with its length, 12 to 124 bytes: \f to |.
const signatures: [format: string, pattern: RegExp, isImage?: false][] = [
  ['PNG', /^\x89PNG\r\n/],
  ['JPEG', /^\xff\xd8\xff/],
  ['GIF', /^GIF8[79]a/],
  ['WebP', /^RIFF....WEBP/s],
  ['BMP', /^BM.{12}[\f-|]\0{3}/s],
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

/** Image formats that only some browsers read, or none. */
const rare = ['HEIC', 'TIFF', 'JPEG XL', 'JPEG 2000', 'Photoshop', 'AVIF'];

/** Whether this browser may be unable to read the format. */
export const isRare = (format: string | undefined) => format !== undefined && rare.includes(format);

export function sniff(bytes: Uint8Array): Kind {
  const start = String.fromCharCode(...bytes.subarray(0, sniffLength));
  for (const [format, pattern, isImage = true] of signatures) {
    if (pattern.test(start)) return { format, isImage };
  }
  return { format: undefined, isImage: false };
}
