import { unlessAborted } from '../../common/abort.ts';
import { sniff, sniffLength } from '../../common/sniff.ts';

/**
 * A URL by which an <img> shows a file. Browsers recognise SVG by its type alone, so the start of a file without one is read; the
 * signal gives up on a drive that does not answer.
 */
export async function imageUrl(file: Blob, signal: AbortSignal): Promise<string> {
  if (file.type.startsWith('image/')) return URL.createObjectURL(file);
  const start = file
    .slice(0, sniffLength)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0)); // the file is gone: <img> fails, too
  const isSvg = sniff(new Uint8Array(await unlessAborted(start, signal))).format === 'SVG';
  return URL.createObjectURL(isSvg ? file.slice(0, file.size, 'image/svg+xml') : file);
}
