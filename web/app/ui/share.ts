/** Whether this browser hands image files to other programs. */
export function canShare(): boolean {
  try {
    return navigator.canShare?.({ files: [new File([], 'card.jpg', { type: 'image/jpeg' })] }) ?? false;
  } catch {
    return false; // the site around this page does not allow it
  }
}

/** Hands a file to the program that the person chooses, if any. */
export async function share(file: File): Promise<void> {
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}
