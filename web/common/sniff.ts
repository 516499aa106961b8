// What a file is, by its first bytes: for limits before decoding and for telling errors apart. The browser decides what it
// can decode.

/** How much of a file to look at. */
export const sniffLength = 1024;

export interface Kind {
  /** Of a picture, or of something else that people drop; undefined: unknown. */
  format: string | undefined;
  isImage: boolean;
}

const html = /^\s*<(!doctype html|html)/i;

// Of a BMP's first header decoders look at the name alone; the second begins with its length, 12 to 124 bytes: \f to |.
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
  ['web page', html, false],
];

/** Formats of pictures that no browser reads, or only some. */
const rare = ['HEIC', 'TIFF', 'JPEG XL', 'JPEG 2000', 'Photoshop', 'AVIF'];

/** Whether this browser may be one that does not read the format. */
export const isRare = (format: string | undefined) => format !== undefined && rare.includes(format);

export function sniff(bytes: Uint8Array): Kind {
  const start = latin1(bytes);
  for (const [format, pattern, isImage = true] of signatures) {
    if (pattern.test(start)) return { format, isImage };
  }
  return { format: undefined, isImage: false };
}

/** Whether bytes begin a web page. */
export const isHtml = (bytes: Uint8Array) => html.test(latin1(bytes));

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, sniffLength));
