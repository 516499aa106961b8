import { count } from '../ui/format.ts';
import { svg } from '../ui/svg.ts';
import { type BlockSize, insideOf, isResidual } from './formula.ts';

/** The height of the widest map, the least of any, a map's thickness, and the way from one map to the next. */
const TALL = 96;
const LEAST = 6;
const THICK = 12;
const STEP = 56;
/** Room above for an addition's way around, and below for the numbers. */
const ABOVE = 34;
const BELOW = 24;

/** What leads from one map to the next: all channels to all, or each by itself. */
type Link = 'pointwise' | 'depthwise';

/** The maps of a block as bars, as tall as they have channels: few, many, many, few. */
export function drawBlock(size: BlockSize): SVGElement {
  const { input, output, expansion, kernel } = size;
  const inside = insideOf(size);
  const expands = expansion > 1;
  return draw(
    [input, ...(expands ? [inside] : []), inside, output],
    [...(expands ? (['pointwise'] as const) : []), 'depthwise', 'pointwise'],
    Math.max(inside, output),
    kernel,
    isResidual(size),
  );
}

/** The maps of a depthwise separable layer as wide as the block is inside, to the same scale. */
export function drawWide(size: BlockSize): SVGElement {
  const inside = insideOf(size);
  return draw([inside, inside, inside], ['depthwise', 'pointwise'], Math.max(inside, size.output), size.kernel, false);
}

function draw(maps: number[], links: Link[], most: number, kernel: number, adds: boolean): SVGElement {
  const width = (maps.length - 1) * STEP + THICK;
  const middle = ABOVE + TALL / 2;
  const half = (channels: number) => Math.max(LEAST, (TALL * channels) / most) / 2;
  const made = svg('svg', { class: 'block-maps', 'aria-hidden': 'true' });
  for (const [i, link] of links.entries()) {
    const [left, right] = [i * STEP + THICK, (i + 1) * STEP];
    const [from, to] = [half(maps[i] as number), half(maps[i + 1] as number)];
    if (link === 'pointwise') {
      const d = `M${left} ${middle - from}L${right} ${middle - to}V${middle + to}L${left} ${middle + from}z`;
      made.append(svg('path', { class: 'mixes', d }));
    } else {
      const lines = Math.max(1, Math.floor(from / 6));
      for (let n = -lines; n <= lines; n++) {
        const y = middle + (n * (from - 2)) / lines;
        made.append(svg('path', { class: 'filters', d: `M${left + 3} ${y}H${right - 3}` }));
      }
    }
    const side = link === 'pointwise' ? 1 : kernel;
    made.append(svg('text', { x: (left + right) / 2, y: ABOVE - 10 }, `${count(side)}×${count(side)}`));
  }
  for (const [i, channels] of maps.entries()) {
    const [x, h] = [i * STEP, half(channels)];
    made.append(
      svg('rect', { x, y: middle - h, width: THICK, height: 2 * h, rx: 3 }),
      svg('text', { x: x + THICK / 2, y: ABOVE + TALL + 18 }, count(channels)),
    );
  }
  if (adds) made.append(...around(width, middle, half(maps[0] as number), half(maps.at(-1) as number)));
  const margin = 16; // the outer numbers are wider than their maps
  made.setAttribute('viewBox', `${-margin} 0 ${width + 2 * margin} ${ABOVE + TALL + BELOW}`);
  made.setAttribute('width', String(1.2 * (width + 2 * margin)));
  made.setAttribute('height', String(1.2 * (ABOVE + TALL + BELOW)));
  return made;
}

/** The input's way around the block to its output. */
function around(width: number, middle: number, from: number, to: number): SVGElement[] {
  const [left, right] = [THICK / 2, width - THICK / 2];
  const d = `M${left} ${middle - from}V14Q${left} 6 ${left + 8} 6H${right - 8}Q${right} 6 ${right} 14V${middle - to - 3}`;
  return [
    svg('path', { class: 'around', d }),
    svg('path', { class: 'around', d: `M${right - 5} ${middle - to - 9}l5 6l5-6` }),
  ];
}
