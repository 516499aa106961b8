const brands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

/** Whether a file is of the format in which iPhones keep photos, and which most browsers do not read. */
export async function isHeic(blob: Blob): Promise<boolean> {
  const head = await blob
    .slice(4, 12)
    .text()
    .catch(() => '');
  return head.startsWith('ftyp') && brands.includes(head.slice(4));
}
