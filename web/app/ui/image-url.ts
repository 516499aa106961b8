import { unlessAborted } from '../../common/abort.ts';
import { sniff, sniffLength } from '../../common/sniff.ts';
import { network } from '../store/network.ts';

/**
 * A URL by which an <img> shows a file. Browsers recognise SVG by its type alone, and few read HEIC, so a file's start is read; the
 * signal gives up on a drive that does not answer.
 */
export async function imageUrl(file: Blob, signal: AbortSignal): Promise<string> {
  const start = file
    .slice(0, sniffLength)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0)); // the file is gone: <img> fails, too
  const { format } = sniff(new Uint8Array(await unlessAborted(start, signal)));
  if (format === 'HEIC') {
    const net = await network.loaded(signal);
    return URL.createObjectURL(await net.readable(file, { signal }));
  }
  const untyped = format === 'SVG' && !file.type.startsWith('image/');
  return URL.createObjectURL(untyped ? file.slice(0, file.size, 'image/svg+xml') : file);
}
