import { state } from '../store/state.ts';
import { costText } from '../text/cost.ts';
import { text } from '../text/text.ts';
import { bar, button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, decimal, percent } from '../ui/format.ts';
import { drawSeparable, drawStandard } from './drawing.ts';
import { formatNumbers, numberFields, parseNumbers } from './fields.ts';
import { type Cost, type LayerSize, reduction, separableCost, standardCost } from './formula.ts';
import { line, result } from './math.ts';

const words = costText.layer;

/** The worked example: images of 224 × 224 pixels in three colours become two channels. */
const EXAMPLE: LayerSize = { dk: 3, m: 3, n: 2, df: 224 };
/** A layer from the network's middle. */
const TYPICAL: LayerSize = { dk: 3, m: 512, n: 512, df: 14 };

const limits: Record<keyof LayerSize, number> = { dk: 15, m: 4096, n: 4096, df: 1024 };
const letters: Record<keyof LayerSize, string> = { dk: 'DK', m: 'M', n: 'N', df: 'DF' };

/** The calculator of one layer: a standard convolution against a depthwise separable one. */
export class CostLayer extends HTMLElement {
  #fields = numberFields({
    id: 'layer',
    letters,
    words: words.fields,
    limits,
    wrong: words.wrong,
    changed: () => this.#entered(),
  });
  #results = element('div', { class: 'results' });
  #ratio = element('p', { class: 'ratio' });
  /** The size that is shown, as the page's address has it. */
  #address = '';

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.append(
      element('h3', {}, words.heading),
      element('p', {}, words.lead),
      this.#fields.group,
      element(
        'p',
        { class: 'examples' },
        button(words.example, () => this.#choose(EXAMPLE), 'plain'),
        button(words.typical, () => this.#choose(TYPICAL), 'plain'),
      ),
      this.#fields.message,
      this.#results,
      this.#ratio,
    );
    const linked = (size: string) => this.#fill(parseNumbers(size, limits) ?? EXAMPLE);
    state.subscribe(({ size }) => size !== this.#address && linked(size));
    linked(state.get().size);
  }

  #fill(size: LayerSize): void {
    this.#fields.fill(size);
    this.#fields.read();
    this.#show(size);
  }

  #choose(size: LayerSize): void {
    this.#fill(size);
    this.#link();
  }

  #entered(): void {
    const size = this.#fields.read();
    if (!size) return; // the last valid result stays
    this.#show(size);
    this.#link();
  }

  /** Puts what is shown into the page's address. */
  #link(): void {
    state.set({ size: this.#address }, { replace: true });
  }

  #show(size: LayerSize): void {
    this.#address = formatNumbers(size, EXAMPLE);
    const { dk, m, n, df } = size;
    const [standard, separable] = [standardCost(size), separableCost(size)];
    this.#results.replaceChildren(
      card(
        words.standard,
        words.standardSays(count(n), count(m)),
        drawStandard(dk, m, n),
        line('DK² · M · N = ', dk, '² · ', m, ' · ', n),
        df,
        standard,
        'standard',
      ),
      card(
        words.separable,
        words.separableSays(count(m), count(n)),
        drawSeparable(dk, m, n),
        line('DK² · M + M · N = ', dk * dk * m, ' + ', m * n),
        df,
        separable,
        'separable',
      ),
    );
    const ratio = reduction(size);
    this.#ratio.replaceChildren(
      line('1/N + 1/DK² = 1/', n, ' + 1/', dk * dk, ' = ', result('reduction', ratio, decimal(ratio, 3))),
      element('span', {}, ratio < 1 ? words.saves(percent(1 - ratio)) : words.savesNothing),
      bar(Math.min(1, ratio), 'compare'),
    );
  }
}

function card(
  heading: string,
  says: string,
  drawing: SVGElement,
  formula: HTMLElement,
  df: number,
  { parameters, multiplyAdds }: Cost,
  name: string,
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
      element('dd', {}, formula, line(' = ', result(`${name}-parameters`, parameters))),
      element('dt', {}, text.inside.columns.multiplyAdds),
      element(
        'dd',
        {},
        line(parameters, ' · DF² = ', parameters, ' · ', df, '² = ', result(`${name}-multiplyAdds`, multiplyAdds)),
      ),
    ),
  );
}

customElements.define('cost-layer', CostLayer);
