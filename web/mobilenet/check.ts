// How what callers give is checked, so that a mistake is reported where it was made.

import { asError, MobileNetError } from './errors.js';
import { isA } from './kinds.js';

export function need(good: boolean, message: string): void {
  if (!good) throw new MobileNetError('bad-argument', message);
}

/** The same check, which also refuses values that throw when they are read, as a getter or a proxy may. */
export function guarded<A extends unknown[], R>(check: (...given: A) => R): (...given: A) => R {
  return (...given) => {
    try {
      return check(...given);
    } catch (error) {
      throw asError(error, 'bad-argument');
    }
  };
}

/** Any value as an error message shows it, in short. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 200 ? `${value.slice(0, 200)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isA(value, 'URL')) return `'${value.href}'`;
  return Array.isArray(value) ? 'an array' : 'an object';
}

/**
 * The options of these names, each read once, so that none changes after it was checked. undefined stands for no options, or for the
 * default of one; null does not.
 */
export function read<T extends object>(options: T | undefined, ...names: (keyof T)[]): Partial<T> {
  const values: Partial<T> = {};
  if (options === undefined) return values;
  need(typeof options === 'object' && options !== null, `options ${show(options)} are no object`);
  for (const name of names) values[name] = options[name];
  return values;
}
export function checkSignal(signal: unknown): void {
  need(signal === undefined || isA(signal, 'AbortSignal'), `signal ${show(signal)} is no AbortSignal`);
}
