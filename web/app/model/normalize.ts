import type { Normalization } from '../../common/storage.ts';
import { text } from '../text/text.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';

const words = text.model.normalize;

/** Mean and deviation of each byte: it becomes (byte − mean) ÷ deviation. */
const presets = {
  signed: { mean: '127.5', deviation: '127.5' },
  unit: { mean: '0', deviation: '255' },
  imagenet: { mean: '123.675 116.28 103.53', deviation: '58.395 57.12 57.375' },
};
type Preset = keyof typeof presets;

/** The form for the pixel range of a model with float input. Emits 'apply' when a valid one is submitted. */
export class ModelNormalize extends Component<{ apply: undefined }> {
  #preset = element(
    'select',
    {},
    ...([...Object.keys(presets), 'other'] as (Preset | 'other')[]).map((key) =>
      element('option', { value: key }, words.preset[key]),
    ),
  );
  #mean = field();
  #deviation = field();
  #bad = element('p', { id: 'normalize-bad', class: 'bad', role: 'alert' });
  #said = element('p', { role: 'status' });
  #form = element(
    'form',
    { novalidate: true },
    element('h3', {}, words.heading),
    element('p', {}, words.lead),
    labelled(words.presets, this.#preset),
    element('div', { class: 'pair' }, labelled(words.mean, this.#mean), labelled(words.deviation, this.#deviation)),
    element('p', { id: 'normalize-hint', class: 'quiet' }, words.hint),
    this.#bad,
    element('button', { class: 'button' }, words.apply),
    this.#said,
  );

  connectedCallback(): void {
    this.append(this.#form);
    this.#preset.addEventListener('change', () => {
      if (this.#preset.value !== 'other') this.#fill(presets[this.#preset.value as Preset]);
    });
    this.#form.addEventListener('input', ({ target }) => {
      this.#said.textContent = '';
      if (target !== this.#preset) this.#preset.value = 'other';
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const good = this.value !== undefined;
      this.#said.textContent = '';
      this.#bad.textContent = good ? '' : words.bad;
      this.#mean.ariaInvalid = String(!numbers(this.#mean.value));
      this.#deviation.ariaInvalid = String(!divisors(this.#deviation.value));
      if (good) this.emit('apply');
    });
  }

  /** Says that the range is in use. */
  applied(): void {
    this.#said.textContent = words.applied;
  }

  /** The range in the fields; undefined if they are not valid. */
  get value(): Normalization | undefined {
    const mean = numbers(this.#mean.value);
    const deviation = divisors(this.#deviation.value);
    if (!mean || !deviation) return undefined;
    const [r, g, b] = deviation;
    return { mean, scale: [1 / r, 1 / g, 1 / b] };
  }

  set value(range: Normalization | undefined) {
    const said = (value: Normalization['mean'], of: (n: number) => number) => {
      const all = [value].flat().map((n) => String(Number(of(n).toPrecision(6))));
      return all.every((n) => n === all[0]) ? String(all[0]) : all.join(' ');
    };
    this.#fill(
      range ? { mean: said(range.mean, (n) => n), deviation: said(range.scale, (n) => 1 / n) } : presets.signed,
    );
    this.#bad.textContent = '';
    const same = ({ mean, deviation }: (typeof presets)[Preset]) =>
      mean === this.#mean.value && deviation === this.#deviation.value;
    this.#preset.value = (Object.keys(presets) as Preset[]).find((key) => same(presets[key])) ?? 'other';
  }

  #fill({ mean, deviation }: (typeof presets)[Preset]): void {
    this.#mean.value = mean;
    this.#deviation.value = deviation;
  }
}

/** Parses three numbers, or one for all three channels. */
function numbers(words: string): [number, number, number] | undefined {
  const all = words
    .trim()
    .split(/[\s;]+/)
    .map((word) => Number(word.replace(',', '.') || Number.NaN));
  if (!all.every(Number.isFinite)) return undefined;
  const [r, g = r, b = r] = all;
  return all.length === 1 || all.length === 3 ? [r as number, g as number, b as number] : undefined;
}

function divisors(words: string): [number, number, number] | undefined {
  const all = numbers(words);
  return all?.includes(0) ? undefined : all;
}

const field = () =>
  element('input', { inputmode: 'decimal', autocomplete: 'off', 'aria-describedby': 'normalize-hint normalize-bad' });

const labelled = (name: string, control: HTMLElement) => element('label', {}, element('span', {}, name), control);

customElements.define('model-normalize', ModelNormalize);
