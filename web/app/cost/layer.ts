import { state } from '../store/state.ts';
import { text } from '../text/text.ts';
import { bar, button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { count, decimal, percent } from '../ui/format.ts';
import { drawSeparable, drawStandard } from './drawing.ts';
import { type Cost, type LayerSize, reduction, separableCost, standardCost } from './formula.ts';
import { letter, line, result } from './math.ts';

const words = text.cost.layer;

/** The worked example: images of 224 × 224 pixels in three colours become two channels. */
const EXAMPLE: LayerSize = { dk: 3, m: 3, n: 2, df: 224 };
/** A layer from the network's middle. */
const TYPICAL: LayerSize = { dk: 3, m: 512, n: 512, df: 14 };

const limits: Record<keyof LayerSize, number> = { dk: 15, m: 4096, n: 4096, df: 1024 };
const letters: Record<keyof LayerSize, string> = { dk: 'DK', m: 'M', n: 'N', df: 'DF' };

/** A size as it stands in the page's address; the example's is left out. */
function format({ dk, m, n, df }: LayerSize): string {
  const size = [dk, m, n, df].join();
  return size === Object.values(EXAMPLE).join() ? '' : size;
}

function parseSize(size: string): LayerSize | undefined {
  const [dk = 0, m = 0, n = 0, df = 0, ...rest] = size.split(',').map(Number);
  const parsed = { dk, m, n, df };
  const valid = (key: keyof LayerSize) =>
    Number.isInteger(parsed[key]) && parsed[key] >= 1 && parsed[key] <= limits[key];
  return rest.length === 0 && (Object.keys(limits) as (keyof LayerSize)[]).every(valid) ? parsed : undefined;
}

/** The calculator of one layer: a standard convolution against a depthwise separable one. */
export class CostLayer extends HTMLElement {
  #inputs = Object.fromEntries(
    (Object.keys(letters) as (keyof LayerSize)[]).map((key) => [
      key,
      element('input', {
        type: 'number',
        id: `layer-${key}`,
        inputmode: 'numeric',
        min: 1,
        max: limits[key],
        step: 1,
        required: true,
        'aria-describedby': 'layer-wrong',
      }),
    ]),
  ) as Record<keyof LayerSize, HTMLInputElement>;
  #wrong = element('p', { class: 'wrong', id: 'layer-wrong', role: 'alert' });
  #results = element('div', { class: 'results' });
  #ratio = element('p', { class: 'ratio' });

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const fields = (Object.keys(letters) as (keyof LayerSize)[]).map((key) =>
      element(
        'div',
        { class: 'field' },
        element('label', { for: `layer-${key}` }, letter(letters[key]), ` ${words.fields[key]}`),
        this.#inputs[key],
      ),
    );
    this.append(
      element('h3', {}, words.heading),
      element('p', {}, words.lead),
      element('div', { class: 'fields' }, ...fields),
      element(
        'p',
        { class: 'examples' },
        button(words.example, () => this.#link(EXAMPLE), 'plain'),
        button(words.typical, () => this.#link(TYPICAL), 'plain'),
      ),
      this.#wrong,
      this.#results,
      this.#ratio,
    );
    for (const input of Object.values(this.#inputs)) {
      input.addEventListener('input', () => {
        this.#update();
        if (this.#wrong.childElementCount === 0) this.#link(this.#size);
      });
    }
    const linked = () => this.#fill(parseSize(state.get().size) ?? EXAMPLE);
    state.subscribe(({ size }) => size !== format(this.#size) && linked());
    linked();
  }

  /** What stands in the fields. */
  get #size(): LayerSize {
    const { dk, m, n, df } = this.#inputs;
    return { dk: dk.valueAsNumber, m: m.valueAsNumber, n: n.valueAsNumber, df: df.valueAsNumber };
  }

  /** Puts it into the page's address. */
  #link(size: LayerSize): void {
    state.set({ size: format(size) }, { replace: true });
  }

  #fill(size: LayerSize): void {
    for (const [key, input] of Object.entries(this.#inputs)) input.value = String(size[key as keyof LayerSize]);
    this.#update();
  }

  #update(): void {
    const wrong = (Object.keys(limits) as (keyof LayerSize)[]).filter((key) => !this.#inputs[key].validity.valid);
    for (const [key, input] of Object.entries(this.#inputs)) {
      input.setAttribute('aria-invalid', String(wrong.includes(key as keyof LayerSize)));
    }
    this.#wrong.replaceChildren(
      ...wrong
        .slice(0, 1)
        .map((key) => element('span', {}, letter(letters[key]), ` ${words.wrong(count(limits[key]))}`)),
    );
    if (wrong.length > 0) return; // the last valid result stays
    this.#show(this.#size);
  }

  #show(size: LayerSize): void {
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
