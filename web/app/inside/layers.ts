import type { Layer, MobileNet } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { bar, button } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { compact, count, duration, percent, shortDuration } from '../ui/format.ts';
import { glyph, kindsLegend, stack, weighty } from '../ui/layer-kinds.ts';
import { sum } from '../ui/sum.ts';
import { kindsInWords } from './kinds.ts';
import type { LayerTimes } from './measure.ts';
import { kind, shape } from './words.ts';

const words = text.inside;
const costs = ['parameters', 'multiplyAdds', 'time'] as const;
type Cost = (typeof costs)[number];

/** The name of the group of radio buttons. */
const LAYER = 'layer';

/** A clock with a resolution of so many ms is too coarse for the shortest layers. */
const COARSE = 0.05;

interface LayerListEvents {
  /** A person chooses the layer with this index. */
  choose: number;
  /** A person wants the times again. */
  again: undefined;
}

/** The network's layers, from input to output, as a group of radio buttons, below their total cost. */
export class LayerList extends Component<LayerListEvents> {
  #totals = element('div', { class: 'totals' });
  #sentence = element('p', { class: 'sentence', 'aria-live': 'polite' });
  #means = element('p', { class: 'means' });
  #again = button(words.again, () => this.emit('again'), 'plain');
  #list = element('ol');
  #layers: readonly Layer[] = [];
  #timed = false;

  connectedCallback(): void {
    this.append(
      this.#totals,
      element('div', {}, this.#sentence, element('div', { class: 'measured' }, this.#again, this.#means)),
      kindsInWords(),
      element(
        'fieldset',
        {},
        element('legend', { class: 'visually-hidden' }, words.layers),
        element(
          'div',
          { class: 'row head', 'aria-hidden': 'true' },
          ...(['layer', 'output', 'kernel', ...costs] as const).map((c) =>
            element('span', { class: c }, words.columns[c]),
          ),
        ),
        this.#list,
      ),
    );
    this.#list.addEventListener('change', ({ target }) => {
      const { name, value } = target as HTMLInputElement;
      if (name === LAYER) this.emit('choose', Number(value)); // the layer's detail inside the list has radio buttons of its own
    });
  }

  /** The list item of a layer, in which its detail is shown on a narrow screen. */
  entry(index: number): HTMLElement | undefined {
    return this.#list.children[index] as HTMLElement | undefined;
  }

  /** Marks the layer that is shown. */
  set chosen(index: number) {
    const radio = this.entry(index)?.querySelector<HTMLInputElement>(`input[name="${LAYER}"]`);
    if (radio) radio.checked = true;
  }

  /** Whether times can be measured now. */
  set measurable(measurable: boolean) {
    this.#again.disabled = !measurable;
    if (!this.#timed) this.#sentence.textContent = measurable ? words.measuring : words.later;
  }

  /** Lists the layers of a network; their times come later. */
  show({ layers }: MobileNet, chosen: number): void {
    this.#layers = layers;
    this.#list.replaceChildren(...layers.map((layer, index) => this.#row(layer, index, index === chosen)));
    this.#summarise(undefined);
  }

  /** Adds the measured times; undefined: they are being measured. */
  time(measured: LayerTimes | undefined): void {
    const times = measured?.times;
    this.#timed = times !== undefined;
    for (const [index, row] of [...this.#list.children].entries()) {
      row
        .querySelector('.time')
        ?.replaceChildren(...(times ? figure(shortDuration, times, index, words.of.time) : ['…']));
    }
    this.#summarise(times);
    const means = measured ? words.means(measured.runs, count(measured.runs)) : '';
    this.#means.textContent =
      measured && measured.step >= COARSE ? words.coarse(means, shortDuration(measured.step)) : means;
  }

  #row(layer: Layer, index: number, checked: boolean): HTMLLIElement {
    const { name, type } = layer;
    const all = this.#layers;
    const cell = (cost: 'parameters' | 'multiplyAdds') =>
      element(
        'span',
        { class: cost },
        ...(layer[cost]
          ? figure(
              compact,
              all.map((l) => l[cost]),
              index,
              words.of[cost],
            )
          : []),
      );
    return element(
      'li',
      { 'data-kind': type, 'data-layer': name },
      element(
        'label',
        { class: 'row' },
        element('input', { type: 'radio', name: LAYER, value: index, checked, class: 'visually-hidden' }),
        element('span', { class: 'layer' }, glyph(type), element('strong', {}, name), ` ${kind(layer)}`),
        element('span', { class: 'output' }, shape(layer.shape)),
        element('span', { class: 'kernel' }, ...kernelCell(layer)),
        cell('parameters'),
        cell('multiplyAdds'),
        element('span', { class: 'time' }, '…'),
      ),
    );
  }

  /** Three bars: how parameters, multiply-adds and time are shared among the kinds of layers. */
  #summarise(times: readonly number[] | undefined): void {
    const byKind = (values: readonly number[]) =>
      weighty.map((kind) => sum(values.filter((_, i) => this.#layers[i]?.type === kind)) / (sum(values) || 1));
    const rows: [Cost, number[], (n: number) => string][] = [
      ['parameters', this.#layers.map((l) => l.parameters), compact],
      ['multiplyAdds', this.#layers.map((l) => l.multiplyAdds), compact],
      ['time', [...(times ?? [])], duration],
    ];
    this.#totals.replaceChildren(
      ...rows.map(([cost, values, format]) => {
        return element(
          'p',
          { class: 'total', 'data-cost': cost },
          element('span', {}, cost === 'time' ? words.modelTime : words.columns[cost]),
          element('strong', {}, values.length ? format(sum(values)) : '…'),
          stack(byKind(values)),
        );
      }),
      kindsLegend(),
    );
    const [, depthwise = 0, pointwise = 0] = byKind(this.#layers.map((l) => l.multiplyAdds));
    const [, depthwiseTime = 0, pointwiseTime = 0] = byKind(times ?? []);
    this.#sentence.textContent = times
      ? words.shares(percent(pointwise), percent(pointwiseTime), percent(depthwise), percent(depthwiseTime))
      : words.measuring;
  }
}

/** "3 × 3 s2", as the paper's tables have it. */
function kernelCell({ type, kernel, stride }: Layer): Node[] {
  if (type === 'fully_connected' || type === 'add') return [];
  return [
    element('span', {}, `${shape([kernel, kernel])} `),
    element('span', { 'aria-hidden': 'true' }, `s${count(stride)}`),
    element('span', { class: 'visually-hidden' }, words.stride(count(stride))),
  ];
}

/** A layer's figure, a bar against the layer with the most, and its share of all in words. */
function figure(
  format: (n: number) => string,
  all: readonly number[],
  index: number,
  spoken: (share: string) => string,
): Node[] {
  const n = all[index] ?? 0;
  const share = spoken(percent(n / sum(all)));
  return [
    element('data', { title: share, value: String(n) }, format(n)),
    element('span', { class: 'visually-hidden' }, ` ${share} `),
    bar(n / Math.max(...all)),
  ];
}

customElements.define('layer-list', LayerList);
