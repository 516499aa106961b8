import { state } from '../store/state.ts';
import { costText } from '../text/cost.ts';
import { text } from '../text/text.ts';
import { bar, button, segments } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, decimal, percent } from '../ui/format.ts';
import { type Kind, stack } from '../ui/layer-kinds.ts';
import { sum } from '../ui/sum.ts';
import { drawBlock, drawWide } from './block-drawing.ts';
import { formatNumbers, numberFields, parseNumbers } from './fields.ts';
import { type BlockSize, blockCost, insideOf, isResidual, separableCost, strided } from './formula.ts';
import { blockLine as line, result } from './math.ts';

const words = costText.block;

/** Blocks of MobileNetV2 1.0 224: the twelfth, and the fourth. */
const EXAMPLE: BlockSize = { side: 14, input: 96, output: 96, expansion: 6, kernel: 3, stride: 1 };
const STRIDED: BlockSize = { side: 56, input: 24, output: 32, expansion: 6, kernel: 3, stride: 2 };

type Entered = Omit<BlockSize, 'stride'>;

const letters: Record<keyof Entered, string> = { side: 'h', input: 'd′', output: 'd″', expansion: 't', kernel: 'k' };
const limits: Record<keyof BlockSize, number> = {
  side: 1024,
  input: 4096,
  output: 4096,
  expansion: 16,
  kernel: 15,
  stride: 2,
};

const kinds: Kind[] = ['pointwise', 'depthwise', 'pointwise'];

/** The calculator of MobileNetV2's block, against a depthwise separable layer that is as wide as the block is inside. */
export class CostBlock extends HTMLElement {
  #fields = numberFields({
    id: 'block',
    letters,
    words: words.fields,
    limits,
    wrong: costText.layer.wrong,
    changed: () => this.#entered(),
  });
  #stride = segments<'1' | '2'>(words.stride, { 1: '1', 2: '2' }, () => this.#entered(), { showTitle: true });
  #results = element('div', { class: 'results' });
  #ratio = element('p', { class: 'ratio' });
  /** The block that is shown, as the page's address has it. */
  #address = '';

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.append(
      element('h3', {}, words.heading),
      element('p', {}, words.lead),
      this.#fields.group,
      this.#stride.group,
      element(
        'p',
        { class: 'examples' },
        button(words.example, () => this.#choose(EXAMPLE), 'plain'),
        button(words.strided, () => this.#choose(STRIDED), 'plain'),
      ),
      this.#fields.message,
      this.#results,
      this.#ratio,
    );
    const linked = (block: string) => this.#fill(parseNumbers(block, limits) ?? EXAMPLE);
    state.subscribe(({ block }) => block !== this.#address && linked(block));
    linked(state.get().block);
  }

  #fill(size: BlockSize): void {
    this.#fields.fill(size);
    this.#stride.value = size.stride === 2 ? '2' : '1';
    this.#fields.read();
    this.#show(size);
  }

  #choose(size: BlockSize): void {
    this.#fill(size);
    this.#link();
  }

  #entered(): void {
    const entered = this.#fields.read();
    if (!entered) return; // the last valid result stays
    this.#show({ ...entered, stride: Number(this.#stride.value) });
    this.#link();
  }

  /** Puts what is shown into the page's address. */
  #link(): void {
    state.set({ block: this.#address }, { replace: true });
  }

  #show(size: BlockSize): void {
    this.#address = formatNumbers(size, EXAMPLE);
    const inside = insideOf(size);
    const wide = separableCost({ dk: size.kernel, m: inside, n: inside, df: strided(size) });
    const steps = blockCost(size);
    const costs = [steps.expand, steps.filter, steps.project];
    const multiplyAdds = sum(costs.map((cost) => cost.multiplyAdds));
    const ratio = multiplyAdds / wide.multiplyAdds;
    this.#results.replaceChildren(wideCard(size), blockCard(size));
    this.#ratio.replaceChildren(
      line(multiplyAdds, ' / ', wide.multiplyAdds, ' = ', result('block-ratio', ratio, decimal(ratio, 3))),
      element('span', {}, ratio < 1 ? words.saves(percent(1 - ratio)) : words.savesNothing),
      bar(Math.min(1, ratio), 'compare'),
    );
  }
}

/** A separable layer with as many channels as the block has inside. */
function wideCard(size: BlockSize): HTMLElement {
  const { kernel: k, stride } = size;
  const [inside, side] = [insideOf(size), strided(size)];
  const { parameters, multiplyAdds } = separableCost({ dk: k, m: inside, n: inside, df: side });
  return card(
    { name: 'wide', heading: words.wide, says: words.wideSays(count(inside)), drawing: drawWide(size) },
    line('t · d′ · (k² + t · d′) = ', inside, ' · (', k * k, ' + ', inside, ')'),
    parameters,
    line(stride > 1 ? '(h/s)² · ' : 'h² · ', parameters, ' = ', side, '² · ', parameters),
    multiplyAdds,
  );
}

function blockCard(size: BlockSize): HTMLElement {
  const { side, input, output, expansion, kernel: k, stride } = size;
  const inside = insideOf(size);
  const steps = blockCost(size);
  const costs = expansion > 1 ? [steps.expand, steps.filter, steps.project] : [steps.filter, steps.project];
  const parameters = sum(costs.map((cost) => cost.parameters));
  const multiplyAdds = sum(costs.map((cost) => cost.multiplyAdds));
  const { adds, addsNothing } = words;
  const added = isResidual(size) ? adds : stride > 1 ? addsNothing.smaller : addsNothing.channels;
  const [weights, used] =
    expansion > 1
      ? [
          line('t · d′ · (d′ + k² + d″) = ', inside, ' · (', input, ' + ', k * k, ' + ', output, ')'),
          stride > 1
            ? line('h² · t · d′² + (h/s)² · t · d′ · (k² + d″)')
            : line('h² · t · d′ · (d′ + k² + d″) = ', side, '² · ', parameters),
        ]
      : [
          line('d′ · (k² + d″) = ', input, ' · (', k * k, ' + ', output, ')'),
          line(stride > 1 ? '(h/s)²' : 'h²', ' · d′ · (k² + d″) = ', strided(size), '² · ', parameters),
        ];
  const says =
    expansion > 1
      ? words.expands(count(input), count(inside), count(output))
      : words.expandsNothing(count(input), count(output));
  return card(
    { name: 'block', heading: words.bottleneck, says: `${says} ${added}`, drawing: drawBlock(size) },
    weights,
    parameters,
    used,
    multiplyAdds,
    element('dt', {}, expansion > 1 ? words.steps : words.stepsOfTwo),
    element(
      'dd',
      {},
      line(...costs.flatMap((cost, i) => (i > 0 ? [' + ', cost.multiplyAdds] : [cost.multiplyAdds]))),
      stack(
        costs.map((cost) => cost.multiplyAdds / multiplyAdds),
        kinds.slice(-costs.length),
      ),
    ),
  );
}

function card(
  { name, heading, says, drawing }: { name: string; heading: string; says: string; drawing: SVGElement },
  weights: HTMLElement,
  parameters: number,
  used: HTMLElement,
  multiplyAdds: number,
  ...more: HTMLElement[]
): HTMLElement {
  return element(
    'section',
    { class: 'card', 'data-name': name },
    element('h4', {}, heading),
    element('p', {}, says),
    element('div', { class: 'drawing' }, drawing),
    element(
      'dl',
      {},
      element('dt', {}, text.inside.columns.parameters),
      element('dd', {}, weights, line(' = ', result(`${name}-parameters`, parameters))),
      element('dt', {}, text.inside.columns.multiplyAdds),
      element('dd', {}, used, line(' = ', result(`${name}-multiplyAdds`, multiplyAdds))),
      ...more,
    ),
  );
}

customElements.define('cost-block', CostBlock);
