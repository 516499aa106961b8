import { current, type Photo } from '../store/current.ts';
import { outerCrop, state } from '../store/state.ts';
import { compareText as words } from '../text/compare.ts';
import { text } from '../text/text.ts';
import { button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { decimal } from '../ui/format.ts';
import { heatLegend } from '../ui/heat-map.ts';
import { imageUrl } from '../ui/image-url.ts';
import { showModal } from '../ui/notices.ts';
import { addStyles } from '../ui/styles.ts';
import css from './compare.css';
import { CompareSide } from './compare-side.ts';
import { CompareView } from './compare-view.ts';
import { type PlacedCrop, placedCrop } from './crop-place.ts';

addStyles(css);

/**
 * Opens the comparison of a photo with itself: of two crops, or of two models. It closes when it is asked to, and when the page
 * turns to something else: another photo, another address.
 */
export async function compare(photo: Photo): Promise<void> {
  const image = element('img');
  image.src = await imageUrl(photo.blob, new AbortController().signal);
  const release = () => URL.revokeObjectURL(image.src);
  try {
    await image.decode();
  } catch (error) {
    release();
    throw error;
  }
  // Meanwhile the page may have turned to something else, or the button was pressed twice.
  if (current.get() !== photo || state.get().panel !== 'photo' || document.querySelector('dialog[open]')) {
    return release();
  }

  const placed = placedCrop();
  const view = new CompareView(image, photo.name);
  const { width, height } = view.a;
  const subject = { blob: photo.blob, width, height };
  const a = new CompareSide('A', subject, placed);
  const b = new CompareSide('B', subject, another(placed));
  // What to do for a heat map, or while there is one, its legend.
  const hint = element('p', {}, text.answers.hint);
  const colours = heatLegend();
  const legend = element('div', { class: 'why' }, hint, colours);
  const heats = new Set<CompareSide>();
  const explain = () => {
    hint.hidden = heats.size > 0;
    colours.hidden = heats.size === 0;
  };
  explain();
  const sum = element('p', { class: 'sum', 'aria-live': 'polite' });
  const { close } = text.notices;
  const dialog = element(
    'dialog',
    { class: 'comparison', 'aria-label': words.heading },
    element('header', {}, element('h2', {}, words.heading), sum),
    button('×', () => dialog.close(), 'close', { 'aria-label': close, title: close }),
    element('div', { class: 'seen' }, view, legend),
    a,
    b,
  );
  for (const [side, other, layer] of [[a, b, view.a] as const, [b, a, view.b] as const]) {
    side.on('settings', () => layer.setCrop(side));
    side.on('heat', (heat) => {
      layer.why(heat);
      heats[heat ? 'add' : 'delete'](side);
      explain();
    });
    side.on('results', () => {
      side.mark(other);
      other.mark(side);
      const line = summary(a, b);
      if (sum.textContent !== line) sum.textContent = line;
    });
  }
  const unsubscribe = [state, current].map((store) => store.subscribe(() => dialog.close()));
  dialog.addEventListener('close', () => {
    for (const end of unsubscribe) end();
    a.close();
    b.close();
    release();
    dialog.remove();
  });
  document.body.append(dialog);
  showModal(dialog);
}

/** Another crop than that. */
const another = (placed: PlacedCrop): PlacedCrop => ({
  crop: outerCrop(placed) === 'square' ? 'center' : 'square',
  views: 1,
  at: '',
});

/** How the best answers differ, in a line. */
function summary(a: CompareSide, b: CompareSide): string {
  const failed = [a, b].find((side) => side.failed);
  if (failed) return words.failed(failed.name);
  const [x, y] = [a, b].map(({ classification }) => classification?.predictions[0]);
  if (!x || !y) return words.waiting;
  if (x.label !== y.label) return words.different(x.label, y.label);
  // Of the percentages as they are shown, with a decimal.
  const difference = Math.round(1000 * y.probability) - Math.round(1000 * x.probability);
  if (difference === 0) return words.same;
  const points = Math.abs(difference) / 10;
  return words.higher((difference > 0 ? b : a).name, points, decimal(points, 4));
}
