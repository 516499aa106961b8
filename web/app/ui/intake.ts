import { text } from '../text/text.ts';
import { PageError } from './problem.ts';

/** Handles files that are dropped or pasted, and drops that hold none. */
export interface Taker {
  /** entries are the files and folders of a drop; a folder is among the files as one that cannot be read. */
  take(files: File[], entries?: FileSystemEntry[]): void;
  refuse(error: PageError): void;
}

/** Whether what is dragged or pasted is for the text field that it comes to: text is, an image alone is not. */
function forField({ target }: Event, data: DataTransfer | null): boolean {
  if (!(target instanceof Element && target.matches('input:not([type=radio], [type=checkbox])'))) return false;
  return !data?.types.includes('Files') || data.types.includes('text/plain');
}

type TakerOf = (files: File[], many: boolean) => Promise<Taker>;

let takerOf: TakerOf | undefined;

/** Hands files that were chosen to whatever on the page is for them, as if they were dropped. */
export async function give(files: File[]): Promise<void> {
  if (files.length > 0) (await takerOf?.(files, files.length > 1))?.take(files);
}

/** Takes what is dropped, pasted or given anywhere on the page; sets data-dragging on <html> while something is dragged over it. */
export function takeEverywhere(chooseTaker: TakerOf): void {
  takerOf = chooseTaker;
  const root = document.documentElement;
  const dragging = (on: boolean) => {
    if (on) root.dataset.dragging = text.picking.drop;
    else delete root.dataset.dragging;
  };
  const hand = async ({ files: list, items, types }: DataTransfer) => {
    // Read before the event ends, which empties it.
    const files = [...list];
    const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null);
    const link = types.includes('text/uri-list');
    const taker = await chooseTaker(files, files.length > 1 || entries.some(({ isDirectory }) => isDirectory));
    if (files.length > 0) taker.take(files, entries);
    else taker.refuse(new PageError(link ? 'url-refused' : 'no-image'));
  };

  // Both, or a drop is rejected when the layout has just shifted under the pointer.
  for (const type of ['dragenter', 'dragover'] as const) {
    addEventListener(type, (event) => {
      if (forField(event, event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      dragging(true);
    });
  }
  addEventListener('dragleave', (event) => {
    // Only when the pointer leaves the window: moving between elements has a related target.
    if (!event.relatedTarget) dragging(false);
  });
  addEventListener('drop', (event) => {
    dragging(false);
    if (forField(event, event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) void hand(event.dataTransfer);
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData && !forField(event, event.clipboardData)) void hand(event.clipboardData);
  });
}
