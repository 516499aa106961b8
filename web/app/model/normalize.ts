import type { Normalization } from '../../common/storage.ts';
import type { Prediction } from '../../mobilenet/mobilenet.js';
import { current } from '../store/current.ts';
import { network } from '../store/network.ts';
import { modelText } from '../text/model.ts';
import { Component } from '../ui/component.ts';
import { bar, button, fill } from '../ui/controls.ts';
import { element } from '../ui/dom.ts';
import { chance } from '../ui/format.ts';
import { explain, isAbort, problemLine } from '../ui/problem.ts';
import { triedPhoto } from '../ui/tried-photo.ts';
import { tryRanges } from './range-trial.ts';

const words = modelText.normalize;

/** Mean and deviation of each byte: it becomes (byte − mean) ÷ deviation. */
const presets = {
  signed: { mean: '127.5', deviation: '127.5' },
  unit: { mean: '0', deviation: '255' },
  bytes: { mean: '0', deviation: '1' },
  imagenet: { mean: '123.675 116.28 103.53', deviation: '58.395 57.12 57.375' },
};
type Preset = keyof typeof presets;
const keys = Object.keys(presets) as Preset[];

/**
 * The form for the pixel range of a model with float input. It can show what the model answers at each of the usual ones. Emits 'apply'
 * when a valid one is submitted.
 */
export class ModelNormalize extends Component<{ apply: undefined }> {
  #lead = element('p');
  #choices = Object.fromEntries([...keys, 'other'].map((key) => [key, new Choice(key as Preset | 'other')])) as Record<
    Preset | 'other',
    Choice
  >;
  #try = button('', () => void this.#tryAll(), 'button tool');
  #hint = element('p', { class: 'quiet' }, words.fits);
  #tried = element('p', { class: 'visually-hidden', role: 'status' });
  #failure = element('p', { class: 'bad', role: 'alert' });
  #mean = field();
  #deviation = field();
  #bad = element('p', { id: 'normalize-bad', class: 'bad', role: 'alert' });
  #said = element('p', { role: 'status' });
  #form = element(
    'form',
    { novalidate: true },
    element('h3', {}, words.heading),
    this.#lead,
    element(
      'fieldset',
      { class: 'ranges' },
      element('legend', { class: 'visually-hidden' }, words.presets),
      ...Object.values(this.#choices).map(({ label }) => label),
    ),
    this.#try,
    this.#hint,
    this.#tried,
    this.#failure,
    element('div', { class: 'pair' }, labelled(words.mean, this.#mean), labelled(words.deviation, this.#deviation)),
    element('p', { id: 'normalize-hint', class: 'quiet' }, words.hint),
    this.#bad,
    element('button', { class: 'button' }, words.apply),
    this.#said,
  );
  #work: AbortController | undefined;

  connectedCallback(): void {
    this.append(this.#form);
    this.#form.addEventListener('input', ({ target }) => {
      this.#said.textContent = '';
      if ((target as HTMLInputElement).type !== 'radio') this.#choices.other.chosen = true;
      else for (const key of keys) if (this.#choices[key].chosen) this.#fill(presets[key]);
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
    current.subscribe(() => this.#reset());
    network.state.subscribe(() => this.#reset());
    this.#reset();
  }

  /** Says that the range is in use. */
  applied(): void {
    this.#said.textContent = words.applied;
  }

  /** The range in the fields; undefined if they are not valid. */
  get value(): Normalization | undefined {
    return rangeOf(this.#mean.value, this.#deviation.value);
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
    const same = (key: Preset) =>
      presets[key].mean === this.#mean.value && presets[key].deviation === this.#deviation.value;
    this.#choices[keys.find(same) ?? 'other'].chosen = true;
  }

  #fill({ mean, deviation }: (typeof presets)[Preset]): void {
    this.#mean.value = mean;
    this.#deviation.value = deviation;
  }

  /** Takes answers away that are of another photo or model. */
  #reset(): void {
    this.#work?.abort();
    this.#work = undefined;
    for (const choice of Object.values(this.#choices)) choice.show(undefined);
    this.#tried.textContent = '';
    this.#failure.textContent = '';
    this.#try.textContent = words.tryAll(triedPhoto());
    const { net } = network;
    this.#try.hidden = this.#hint.hidden = !net?.info.classes;
    if (net) this.#lead.textContent = net.info.file.range ? words.inFile : words.lead;
  }

  /** Shows what the model answers at each of the usual ranges; pressed again, it stops. */
  async #tryAll(): Promise<void> {
    const stopped = this.#work !== undefined;
    this.#reset();
    if (stopped) return;
    const work = new AbortController();
    this.#work = work;
    this.#try.textContent = words.stop;
    this.#tried.textContent = words.trying;
    const ranges = Object.fromEntries(
      keys.map((key) => [key, rangeOf(presets[key].mean, presets[key].deviation)]),
    ) as Record<Preset, Normalization>;
    for (const key of keys) this.#choices[key].wait();
    try {
      await tryRanges(ranges, work.signal, (key, best) => work === this.#work && this.#choices[key].show(best));
      if (work === this.#work) this.#tried.textContent = words.tried;
    } catch (error) {
      if (work !== this.#work) return;
      this.#reset();
      if (!isAbort(error)) this.#failure.textContent = problemLine(explain(error, `“${triedPhoto()}”`));
    }
    if (work !== this.#work) return;
    this.#work = undefined;
    this.#try.textContent = words.tryAll(triedPhoto());
  }
}

/** A range to choose, and what the model answers with it. */
class Choice {
  #input: HTMLInputElement;
  #answer = element('span', { class: 'answer' });
  #bar = bar();
  readonly label: HTMLLabelElement;

  constructor(key: Preset | 'other') {
    this.#input = element('input', { type: 'radio', name: 'range', value: key });
    this.label = element('label', {}, this.#input, element('span', {}, words.preset[key]), this.#answer, this.#bar);
    this.show(undefined);
  }

  get chosen(): boolean {
    return this.#input.checked;
  }

  set chosen(chosen: boolean) {
    this.#input.checked = chosen;
  }

  wait(): void {
    this.#answer.textContent = '…';
  }

  show(best: Prediction | undefined): void {
    this.#answer.textContent = best ? `${best.label} ${chance(best.probability)}` : '';
    this.#bar.hidden = !best;
    fill(this.#bar, best?.probability ?? 0);
  }
}

function rangeOf(means: string, deviations: string): Normalization | undefined {
  const mean = numbers(means);
  const deviation = divisors(deviations);
  if (!mean || !deviation) return undefined;
  const [r, g, b] = deviation;
  return { mean, scale: [1 / r, 1 / g, 1 / b] };
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

function field() {
  return element('input', {
    inputmode: 'decimal',
    autocomplete: 'off',
    'aria-describedby': 'normalize-hint normalize-bad',
  });
}

function labelled(name: string, control: HTMLElement) {
  return element('label', {}, element('span', {}, name), control);
}

customElements.define('model-normalize', ModelNormalize);
