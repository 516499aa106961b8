import type { Activation, ConvertOptions, Padding, Recognized, Setting } from '../../mobilenet/convert.js';
import { convertText } from '../text/convert.ts';
import { Component } from '../ui/component.ts';
import { element } from '../ui/dom.ts';

const words = convertText.assumed;

/** What a person may have chosen. */
export type Chosen = Pick<ConvertOptions, 'activation' | 'padding' | 'normalize' | 'resolution'>;

/** Mean and scale of each byte. */
const ranges = {
  signed: { mean: [127.5, 127.5, 127.5], scale: [1 / 127.5, 1 / 127.5, 1 / 127.5] },
  unit: { mean: [0, 0, 0], scale: [1 / 255, 1 / 255, 1 / 255] },
  imagenet: { mean: [123.675, 116.28, 103.53], scale: [1 / 58.395, 1 / 57.12, 1 / 57.375] },
} as const;
type Range = keyof typeof ranges;

/** The settings that a file was converted with, where each is from, and other values to choose. Emits 'choose' with all that was chosen. */
export class ConvertSettings extends Component<{ choose: Chosen }> {
  #fields = element('div', { class: 'fields' });
  #chosen: Chosen = {};

  connectedCallback(): void {
    if (this.hasChildNodes()) return;
    this.append(element('h3', {}, words.heading), element('p', { class: 'quiet' }, words.lead), this.#fields);
  }

  /** Forgets what was chosen, for another file. */
  reset(): void {
    this.#chosen = {};
  }

  show({ normalize, activation, padding, resolution }: Recognized): void {
    const focused = this.#fields.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const fields = [this.#normalize(normalize)];
    if (activation) fields.push(this.#activation(activation));
    if (padding) {
      const choose = (value: string) => this.#choose({ padding: value as Padding });
      fields.push(field('padding', words.padding, padding, select(words.paddings, padding.value, choose)));
    }
    fields.push(this.#resolution(resolution));
    this.#fields.replaceChildren(...fields);
    if (focused) document.getElementById(focused)?.focus();
  }

  #normalize(setting: Recognized['normalize']): HTMLElement {
    const names = { ...words.ranges } as Record<string, string>;
    const now = (Object.keys(ranges) as Range[]).find((name) => near(ranges[name], setting.value)) ?? 'other';
    if (now !== 'other') delete names.other;
    const choose = (name: string) =>
      this.#choose({ normalize: name === 'other' ? setting.value : ranges[name as Range] });
    return field('normalize', words.normalize, setting, select(names, now, choose));
  }

  #activation(setting: Setting<Activation>): HTMLElement {
    const names = { ...words.activations };
    names[setting.value] ??= setting.value.replace('leaky:', 'LeakyReLU ');
    const choose = (value: string) => this.#choose({ activation: value as Activation });
    return field('activation', words.activation, setting, select(names, setting.value, choose));
  }

  #resolution(setting: Setting<number>): HTMLElement {
    const input = element('input', { type: 'number', min: 32, max: 1024, step: 32, value: setting.value });
    input.addEventListener('change', () => {
      if (input.checkValidity() && input.value) this.#choose({ resolution: input.valueAsNumber });
      else input.reportValidity();
    });
    return field('resolution', words.resolution, setting, input);
  }

  #choose(chosen: Chosen): void {
    this.#chosen = { ...this.#chosen, ...chosen };
    this.emit('choose', this.#chosen);
  }
}

/** A control with its name, and where its value is from. */
function field(id: string, name: string, { from }: Setting<unknown>, control: HTMLElement): HTMLElement {
  control.id = `convert-${id}`;
  control.setAttribute('aria-describedby', `convert-${id}-from`);
  return element(
    'div',
    { class: 'field' },
    element('label', { for: control.id }, name),
    control,
    element('small', { id: `convert-${id}-from`, 'data-from': from }, words.from[from]),
  );
}

function select(names: Record<string, string>, value: string, choose: (value: string) => void): HTMLSelectElement {
  const options = Object.entries(names).map(([key, name]) =>
    element('option', { value: key, selected: key === value }, name),
  );
  const made = element('select', {}, ...options);
  made.addEventListener('change', () => choose(made.value));
  return made;
}

interface Numbers {
  mean: readonly number[];
  scale: readonly number[];
}

const near = (a: Numbers, b: Numbers): boolean =>
  [0, 1, 2].every(
    (c) =>
      Math.abs((a.mean[c] as number) - (b.mean[c] as number)) < 0.01 &&
      Math.abs((a.scale[c] as number) / (b.scale[c] as number) - 1) < 1e-3,
  );

customElements.define('convert-settings', ConvertSettings);
