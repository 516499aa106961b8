import type { Layer } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { fill } from './controls.ts';
import { element } from './dom.ts';
import { svg } from './svg.ts';

export type Kind = Layer['type'];

/** The kinds of layers that have parameters, in the order of the network. */
export const weighty: readonly Kind[] = ['conv', 'depthwise', 'pointwise', 'fully_connected'];

/** What the fillings of the bars mean. */
export const kindsLegend = (): HTMLElement =>
  element(
    'p',
    { class: 'kinds' },
    ...weighty.map((kind) => element('span', { 'data-kind': kind }, element('i'), text.inside.kinds[kind])),
  );

/** A bar of the shares that kinds have of its length. */
export function stack(shares: readonly number[], kinds = weighty): HTMLElement {
  const bar = element('span', { class: 'stack', 'aria-hidden': 'true' });
  for (const [i, share] of shares.entries()) {
    const part = element('span', { 'data-kind': kinds[i] as Kind });
    fill(part, share);
    bar.append(part);
  }
  return bar;
}

/** What a kind of layer does, as a small drawing. */
export function glyph(kind: Kind): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 24 24', class: 'glyph', 'aria-hidden': 'true', 'data-kind': kind },
    ...drawings[kind](),
  );
}

const line = (d: string) => svg('path', { d });
const dot = (cx: number, cy: number, r = 2.25) => svg('circle', { cx, cy, r });
const box = (x: number, y: number, side: number) => svg('rect', { x, y, width: side, height: side, rx: 1 });
const filled = (node: SVGElement) => {
  node.setAttribute('class', 'filled');
  return node;
};

const drawings: Record<Kind, () => SVGElement[]> = {
  // A window over all colours.
  conv: () => [box(3, 3, 18), line('M9 3v18M15 3v18M3 9h18M3 15h18')],
  // Channels side by side, each with its own window.
  depthwise: () =>
    [1, 9, 17].flatMap((x) => [svg('rect', { x, y: 3, width: 6, height: 18, rx: 1 }), filled(box(x + 1.5, 10.5, 3))]),
  // All channels come together in one.
  pointwise: () => [
    line('M4 4l15 8M4 12h15M4 20l15-8'),
    ...[dot(4, 4), dot(4, 12), dot(4, 20), dot(19, 12, 3.5)].map(filled),
  ],
  // Two maps become one.
  add: () => [box(3, 3, 8), box(13, 3, 8), box(8, 14, 8), line('M7 11l3 3M17 11l-3 3')],
  // A whole map becomes one number.
  average_pool: () => [box(3, 3, 18), filled(dot(12, 12, 3))],
  // Everything to every class.
  fully_connected: () => [
    line('M4 6l16-2M4 6l16 8M4 6l16 14M4 18l16-14M4 18l16-4M4 18l16 2'),
    ...[dot(4, 6), dot(4, 18), dot(20, 4), dot(20, 13), dot(20, 20)].map(filled),
  ],
};
