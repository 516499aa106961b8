// Classifies an object of the bucket by the same program that answers the API.
import { context } from '../context';
import { loadEngine } from '../engine';
import { answer } from '../program';
import { type Bulk, bodyLimit } from './config';

/** What became of an object, as the table results has it. */
export interface Outcome {
  state: 'done' | 'failed';
  label: string | null;
  probability: number | null;
  /** Of POST /api/classify, without the model's name, JSON. */
  answer: string | null;
  reason: string | null;
  detail: string | null;
}

/** An outcome that trying again would not change. */
export function failure(reason: string, detail: string): Outcome {
  return { state: 'failed', label: null, probability: null, answer: null, reason, detail };
}

export function tooLarge(size: number): Outcome {
  return failure('body-too-large', `the object has ${size} bytes; ${bodyLimit} are allowed`);
}

/** Classifies a file. Throws where trying again may help. */
export async function classify({ env, ctx }: Bulk, file: Uint8Array, options: string): Promise<Outcome> {
  const engine = await loadEngine(env, ctx);
  if (engine instanceof Error) throw engine;
  const request = new Request(`https://bulk.local/api/classify?${options}`, { method: 'POST' });
  // It is no request of a caller, so it needs no token of one.
  const open = { ...env, API_TOKEN: undefined };
  const response = await answer(request, context(request, { body: file, refused: 0 }, engine, open, ctx));
  const text = await response.text();
  if (response.status === 200) {
    const { model: _, ...said } = JSON.parse(text);
    const { label = null, probability = null } = said.predictions[0] ?? {};
    return { state: 'done', label, probability, answer: JSON.stringify(said), reason: null, detail: null };
  }
  const { type, detail } = JSON.parse(text);
  if (response.status >= 500) throw new Error(detail);
  return failure(String(type).split('/').at(-1) ?? '', detail);
}
