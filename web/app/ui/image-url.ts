import { unlessAborted } from '../../common/abort.ts';
import { sniff, sniffLength } from '../../common/sniff.ts';

/**
 * A URL by which an <img> shows a file. Browsers know SVG by its type alone, which files need not have: then the file is read, until
 * the signal aborts, for a drive may sleep.
 */
export async function imageUrl(file: Blob, signal: AbortSignal): Promise<string> {
  if (file.type.startsWith('image/')) return URL.createObjectURL(file);
  const start = file
    .slice(0, sniffLength)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0)); // gone: <img> says so
  const isSvg = sniff(new Uint8Array(await unlessAborted(start, signal))).format === 'SVG';
  return URL.createObjectURL(isSvg ? file.slice(0, file.size, 'image/svg+xml') : file);
}
