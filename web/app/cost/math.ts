import { element } from '../ui/dom.ts';
import { count } from '../ui/format.ts';

type Part = Node | string;

/** The papers' letters: D with a subscript K or F, all others as they are. */
export const letter = (name: string): HTMLElement => {
  const [base = '', sub] = /^D[KF]$/.test(name) ? name : [name];
  return element('var', {}, base, ...(sub ? [element('sub', {}, sub)] : []));
};

/** Sets lines of arithmetic: what is a letter in the paper becomes one, "²" an exponent; everything else stays. */
const setter =
  (letters: string) =>
  (...parts: (string | number | Node)[]): HTMLElement => {
    const tokens = new RegExp(`(${letters}|²)`);
    const nodes = parts.flatMap((part): Part[] => {
      if (part instanceof Node) return [part];
      if (typeof part === 'number') return [count(part)];
      return part
        .split(tokens)
        .filter(Boolean)
        .map((token) => {
          if (token === '²') return element('sup', {}, '2');
          return tokens.test(token) ? letter(token) : token;
        });
    });
    return element('span', { class: 'math' }, ...nodes);
  };

/** A line in the letters of MobileNetV1's paper. */
export const line = setter('DK|DF|[MNαρ]');

/** A line in the letters of MobileNetV2's paper. */
export const blockLine = setter('d′|d″|[htks]');

/** A result, readable by people and by programs. */
export const result = (name: string, value: number, shown = count(value)): HTMLElement =>
  element('data', { class: 'result', 'data-name': name, value: String(value) }, shown);
