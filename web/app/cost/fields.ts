import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { letter } from './math.ts';

interface Options<Key extends string> {
  /** What the ids begin with. */
  id: string;
  letters: Record<Key, string>;
  /** What each letter means. */
  words: Record<Key, string>;
  /** The largest number; the least is 1. */
  limits: Record<Key, number>;
  /** What a number must be, beside its letter. */
  wrong: (most: string) => string;
  /** Called when a person has entered something, right or wrong. */
  changed: () => void;
}

/** Fields for whole numbers, each named by a letter, and one message for the first that is wrong. */
export function numberFields<Key extends string>({ id, letters, words, limits, wrong, changed }: Options<Key>) {
  const keys = Object.keys(letters) as Key[];
  const message = element('p', { class: 'wrong', id: `${id}-wrong`, role: 'alert' });
  const inputs = keys.map((key) => {
    const input = element('input', {
      type: 'number',
      id: `${id}-${key}`,
      inputmode: 'numeric',
      min: 1,
      max: limits[key],
      step: 1,
      required: true,
      'aria-describedby': message.id,
    });
    input.addEventListener('input', changed);
    return input;
  });
  const group = element(
    'div',
    { class: 'fields' },
    ...inputs.map((input, i) => {
      const key = keys[i] as Key;
      return element(
        'div',
        { class: 'field' },
        element('label', { for: input.id }, letter(letters[key]), ` ${words[key]}`),
        input,
      );
    }),
  );
  return {
    group,
    message,
    /** What stands in the fields; undefined where that is no such number, which the message then says. */
    read(): Record<Key, number> | undefined {
      for (const input of inputs) input.setAttribute('aria-invalid', String(!input.validity.valid));
      const key = keys[inputs.findIndex((input) => !input.validity.valid)];
      message.replaceChildren(
        ...(key ? [element('span', {}, letter(letters[key]), ` ${wrong(count(limits[key]))}`)] : []),
      );
      if (key) return undefined;
      return Object.fromEntries(keys.map((key, i) => [key, inputs[i]?.valueAsNumber])) as Record<Key, number>;
    },
    fill(values: Record<Key, number>): void {
      for (const [i, input] of inputs.entries()) input.value = String(values[keys[i] as Key]);
    },
  };
}

/** Whole numbers from 1 to limits, as they stand in the page's address: joined by commas. */
export function parseNumbers<Key extends string>(
  text: string,
  limits: Record<Key, number>,
): Record<Key, number> | undefined {
  const keys = Object.keys(limits) as Key[];
  const numbers = text.split(',').map(Number);
  const valid = (n: number, i: number) => Number.isInteger(n) && n >= 1 && n <= limits[keys[i] as Key];
  if (numbers.length !== keys.length || !numbers.every(valid)) return undefined;
  return Object.fromEntries(keys.map((key, i) => [key, numbers[i]])) as Record<Key, number>;
}

/** The same the other way round; '' for what is shown without an address. */
export function formatNumbers<Key extends string>(numbers: Record<Key, number>, usual: Record<Key, number>): string {
  const keys = Object.keys(usual) as Key[];
  const text = keys.map((key) => numbers[key]).join();
  return text === keys.map((key) => usual[key]).join() ? '' : text;
}
