import { svg } from '../ui/svg.ts';

/** At most this many channels are drawn; dots stand for the rest. */
const MOST = 4;
/** Side of a weight's square, the space around it, and between kernels. */
const CELL = 9;
const PITCH = 11;
const GAP = 8;

interface Block {
  width: number;
  height: number;
  nodes: SVGElement[];
}

/** Every weight of a standard convolution as a square: N filters, each with a kernel for each of M channels. */
export const drawStandard = (dk: number, m: number, n: number): SVGElement => frame(scaleFor(dk, n), grid(dk, m, n));

/** The weights of a depthwise separable convolution: a kernel for each channel, then N mixes of M channels. */
export function drawSeparable(dk: number, m: number, n: number): SVGElement {
  const kernels = grid(dk, m, 1);
  const mixes = grid(1, m, n);
  for (const node of mixes.nodes) node.classList.add('mix');
  return frame(scaleFor(dk, n), kernels, mixes);
}

/** Both drawings use one scale, with which the taller one, the standard convolution's, fills its height. */
const scaleFor = (dk: number, n: number): number => Math.max(1, Math.min(2.25, 150 / grid(dk, 1, n).height));

/** n rows of m squares of side² cells each. */
function grid(side: number, m: number, n: number): Block {
  const [columns, rows] = [Math.min(m, MOST), Math.min(n, MOST)];
  const shown = Math.min(side, 7);
  const block = shown * PITCH - (PITCH - CELL);
  const step = block + GAP;
  const nodes: SVGElement[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let i = 0; i < shown * shown; i++) {
        const x = column * step + (i % shown) * PITCH;
        const y = row * step + Math.floor(i / shown) * PITCH;
        nodes.push(svg('rect', { x, y, width: CELL, height: CELL, rx: 1.5, class: `channel-${column % 4}` }));
      }
    }
  }
  let width = columns * step - GAP;
  let height = rows * step - GAP;
  if (m > MOST) nodes.push(...dots(width + GAP, height / 2, 1, 0));
  if (n > MOST) nodes.push(...dots(width / 2, height + GAP, 0, 1));
  if (m > MOST) width += 3 * GAP;
  if (n > MOST) height += 3 * GAP;
  return { width, height, nodes };
}

const dots = (x: number, y: number, right: number, down: number): SVGElement[] =>
  [0, 1, 2].map((i) => svg('circle', { cx: x + right * i * 6, cy: y + down * i * 6, r: 1.5, class: 'more' }));

/** Blocks side by side, an arrow between them. */
function frame(scale: number, ...blocks: Block[]): SVGElement {
  const height = Math.max(...blocks.map((block) => block.height));
  const made = svg('svg', { class: 'weights', 'aria-hidden': 'true' });
  let x = 0;
  for (const [i, block] of blocks.entries()) {
    if (i > 0) {
      made.append(svg('path', { class: 'arrow', d: `M${x + 10} ${height / 2}h24m-6-6l6 6l-6 6` }));
      x += 44;
    }
    const y = (height - block.height) / 2;
    made.append(svg('g', { transform: `translate(${x} ${y})` }, ...block.nodes));
    x += block.width;
  }
  made.setAttribute('viewBox', `-1 -1 ${x + 2} ${height + 2}`);
  made.setAttribute('width', String(scale * (x + 2)));
  made.setAttribute('height', String(scale * (height + 2)));
  return made;
}
