import type { ErrorDetails } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { text } from '../text/text.ts';
import { count, megapixels } from './format.ts';
import { rareFormat } from './rare-format.ts';

type Code = keyof typeof text.problems;

/** An error in words for the page: what happened, what to do, and the original message for bug reports. */
export interface Problem {
  code: Code;
  title: string;
  detail: string;
  said: string;
}

/** A problem in one line. */
export const problemLine = ({ title, detail }: Pick<Problem, 'title' | 'detail'>): string => `${title}. ${detail}`;

/** An error of the page, with a code like the library's errors. */
export class PageError extends Error {
  constructor(
    readonly code: Code,
    message = '',
  ) {
    super(message);
  }
}

const known = (code: unknown): code is Code => typeof code === 'string' && Object.hasOwn(text.problems, code);

/** Whether the model in use gives embeddings only: then a classification is unsupported, and the model itself is not. */
const namesNothing = (): boolean => network.net?.info.classes === 0;

/** Puts an error in words; name and format are those of the image, where they matter. */
export function explain(error: unknown, name = '', format = ''): Problem {
  const { code, message = String(error), size } = error as { code?: unknown; message?: string } & ErrorDetails;
  const key = code === 'model-unsupported' && namesNothing() ? 'names-nothing' : known(code) ? code : 'unknown';
  const words: { title(name: string, format: string): string; detail: string } = text.problems[key];
  const title = words.title(name, format);
  const detail = size ? text.tooLarge.detail(tooLarge(size)) : words.detail;
  return { code: key, title, detail, said: message && text.problemSaid(message) };
}

/** How large an image is that is too large, and the limit. */
export function tooLarge({ width, height, limit }: NonNullable<ErrorDetails['size']>): string {
  const most = limit && megapixels(limit);
  return text.tooLarge.size(count(width), count(height), megapixels(width * height), most || undefined);
}

/** As explain; an image that could not be read is named by its format, if not every browser reads that. */
export async function explainImage(error: unknown, name: string, photo: Blob | undefined): Promise<Problem> {
  const problem = explain(error, name);
  const code = photo && (await imageProblem(problem.code, photo));
  return code ? explain(new PageError(code.code), name, code.format) : problem;
}

/** What there is to say of a photo of a format that not every browser reads, where it failed with a code; undefined: no more than that says. */
export async function imageProblem(
  code: string,
  photo: Blob,
): Promise<{ code: 'heic' | 'broken-heic' | 'rare-format'; format: string } | undefined> {
  const unreadable = code === 'broken-image' || code === 'not-an-image';
  if (!unreadable && code !== 'download-failed') return undefined;
  const format = await rareFormat(photo);
  if (format === 'HEIC') return { code: unreadable ? 'broken-heic' : 'heic', format };
  return format && unreadable ? { code: 'rare-format', format } : undefined;
}

/** Why this browser cannot run the model at all, if it cannot. */
export function browserProblem(): Problem | undefined {
  const now = network.state.get();
  if (now.phase !== 'failed') return undefined;
  const problem = explain(now.error);
  return problem.code === 'no-webassembly' || problem.code === 'no-module-workers' ? problem : undefined;
}

/** Whether a call was only superseded: aborted, or made to a network that was replaced. */
export function isAbort(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return name === 'AbortError' || code === 'closed';
}
