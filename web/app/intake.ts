import { PageError } from './problem.ts';
import { text } from './text/text.ts';

/** What is done with pictures that come in, and with what came in but held none. */
export interface Taker {
  take(files: File[]): void;
  refuse(error: PageError): void;
}

/** Takes what is dropped or pasted anywhere on the page, and says so on <html> while something hangs over it. */
export function takeEverywhere(taker: Taker): void {
  const root = document.documentElement;
  const dragging = (on: boolean) => {
    if (on) root.dataset.dragging = text.picking.drop;
    else delete root.dataset.dragging;
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
    if (event.dataTransfer) hand(event.dataTransfer, taker);
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData) hand(event.clipboardData, taker);
  });
}

function hand(data: DataTransfer, taker: Taker): void {
  const files = [...data.files];
  if (files.length > 0) taker.take(files);
  else taker.refuse(new PageError(data.types.includes('text/uri-list') ? 'url-refused' : 'no-picture'));
}
