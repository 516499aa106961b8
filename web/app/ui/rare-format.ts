import { isRare, sniff, sniffLength } from '../../common/sniff.ts';

/** The name of an image's format, if not every browser reads it. */
export async function rareFormat(blob: Blob): Promise<string | undefined> {
  try {
    const { format } = sniff(new Uint8Array(await blob.slice(0, sniffLength).arrayBuffer()));
    return isRare(format) ? format : undefined;
  } catch {
    return undefined; // the file is gone
  }
}
