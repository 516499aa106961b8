type Child = Node | string;

export interface Attributes {
  [name: string]: string | number | boolean;
}

/** Creates an element. Attributes that are false are left out, true gives an empty one; strings become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/** Rows of a description list; a row without a value is left out. */
export const descriptions = (rows: [term: string, value: string | undefined][]): HTMLElement[] =>
  rows.flatMap(([term, value]) =>
    value === undefined ? [] : [element('div', {}, element('dt', {}, term), element('dd', {}, value))],
  );
