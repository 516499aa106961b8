import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';

type Part = Node | string;

/** The paper's letters: D with a subscript K or F, M, N, α, ρ. */
export const letter = (name: string): HTMLElement => {
  const [base = '', sub] = name;
  return element('var', {}, base, ...(sub ? [element('sub', {}, sub)] : []));
};

/** A line of arithmetic: "DK", "DF", "M", "N", "α", "ρ" become letters, "²" an exponent; everything else stays. */
export function line(...parts: (string | number | Node)[]): HTMLElement {
  const nodes = parts.flatMap((part): Part[] => {
    if (part instanceof Node) return [part];
    if (typeof part === 'number') return [count(part)];
    return part
      .split(/(DK|DF|[MNαρ²])/)
      .filter(Boolean)
      .map((token) => {
        if (token === '²') return element('sup', {}, '2');
        return /^(DK|DF|[MNαρ])$/.test(token) ? letter(token) : token;
      });
  });
  return element('span', { class: 'math' }, ...nodes);
}

/** A result, readable by people and by programs. */
export const result = (name: string, value: number, shown = count(value)): HTMLElement =>
  element('data', { class: 'result', 'data-name': name, value: String(value) }, shown);
