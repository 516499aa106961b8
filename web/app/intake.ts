import { PageError } from './problem.ts';
import { text } from './text/text.ts';

/** What is done with pictures that come in, and with what came in but held none. */
export interface Taker {
  /** A folder is among the files as one that cannot be read; data, as long as the event lasts, has its entries. */
  take(files: File[], data?: DataTransfer): void;
  refuse(error: PageError): void;
}

/** Takes what is dropped or pasted anywhere on the page, and says so on <html> while something hangs over it. */
export function takeEverywhere(takerOf: (files: File[], data: DataTransfer) => Taker): void {
  const root = document.documentElement;
  const dragging = (on: boolean) => {
    if (on) root.dataset.dragging = text.picking.drop;
    else delete root.dataset.dragging;
  };
  const hand = (data: DataTransfer) => {
    const files = [...data.files];
    const taker = takerOf(files, data);
    if (files.length > 0) taker.take(files, data);
    else taker.refuse(new PageError(data.types.includes('text/uri-list') ? 'url-refused' : 'no-picture'));
  };

  // Both, or a drop is refused when the page has moved under the pointer just before.
  for (const type of ['dragenter', 'dragover'] as const) {
    addEventListener(type, (event) => {
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
    event.preventDefault();
    dragging(false);
    if (event.dataTransfer) hand(event.dataTransfer);
  });
  addEventListener('paste', (event) => {
    // What is pasted into a field is that field's.
    if (event.target instanceof Element && event.target.matches('input, textarea')) return;
    if (event.clipboardData) hand(event.clipboardData);
  });
}

/** Whether this is more than one picture: several files, or a folder. */
export function isMany(files: File[], data: DataTransfer): boolean {
  return files.length > 1 || [...data.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
}
