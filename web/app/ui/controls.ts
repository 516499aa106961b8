import { type Attributes, element } from './dom.ts';

/** A button that calls press. */
export function button(
  name: string,
  press: () => void,
  kind = 'button',
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: kind, ...attributes }, name);
  made.addEventListener('click', press);
  return made;
}

/** A checkbox with its name beside it. */
export function checkbox(
  name: string,
  kind: string,
  attributes: Attributes = {},
  changed?: (checked: boolean) => void,
) {
  const input = element('input', { type: 'checkbox', ...attributes });
  if (changed) input.addEventListener('change', () => changed(input.checked));
  return { input, label: element('label', { class: kind }, input, ` ${name}`) };
}

let groups = 0;

/** A choice of one among a few: radio buttons that look like one switch. The first is chosen until another one is. */
export function segments<T extends string>(
  title: string,
  choices: Record<T, string>,
  chosen: (value: T) => void,
  { showTitle = false } = {},
) {
  const name = `segments-${groups++}`;
  const inputs = (Object.keys(choices) as T[]).map((value, i) =>
    element('input', { type: 'radio', name, value, checked: i === 0, class: 'visually-hidden' }),
  );
  const group = element(
    'fieldset',
    { class: 'segments' },
    element('legend', { class: !showTitle && 'visually-hidden' }, title),
    element('div', {}, ...inputs.map((input) => element('label', {}, input, choices[input.value as T]))),
  );
  const control = {
    group,
    /** The chosen one; undefined where none is. */
    get value(): T {
      return inputs.find(({ checked }) => checked)?.value as T;
    },
    set value(value: T | undefined) {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
  group.addEventListener('change', () => chosen(control.value));
  return control;
}

/** The images that a file picker offers: browsers' own, and the ones of iPhones, which the page then explains. */
export const imageTypes = 'image/*,.heic,.heif';

interface FilePickerOptions {
  id: string;
  /** The classes of the label. */
  kind: string;
  take(files: File[]): void;
  accept?: string;
  multiple?: boolean;
  webkitdirectory?: boolean;
}

/** A file input out of sight, and the label that stands for it as a button: both go into the page, the input first. */
export function filePicker({ id, kind, take, ...attributes }: FilePickerOptions, ...label: (Node | string)[]) {
  const input = element('input', { type: 'file', id, class: 'visually-hidden', ...attributes });
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    input.value = ''; // choosing the same file again must be a change
  });
  input.addEventListener('keydown', (event) => {
    // It looks like a button, so Enter does what Space does, in every browser and once.
    if (event.key !== 'Enter') return;
    event.preventDefault();
    input.click();
  });
  return { input, label: element('label', { for: id, class: kind }, ...label) };
}

/** A bar filled to a share of 0..1. It is for the eyes alone: the number stands beside it. */
export function bar(share = 0, kind = 'bar'): HTMLSpanElement {
  const made = element('span', { class: kind, 'aria-hidden': 'true' }, element('span'));
  fill(made, share);
  return made;
}

/** Fills a bar, or a part of one, to a share of 0..1. */
export const fill = (bar: HTMLElement, share: number): void => bar.style.setProperty('--share', String(share));
