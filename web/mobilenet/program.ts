// The Go program, compiled once a page. The names of the built files are put in by web/build.

import { downloadPacked, type Failures, nameOf } from './download.js';
import { asError, MobileNetError, text } from './errors.js';
import { blocked } from './policy.js';
import type { DownloadProgress } from './progress.js';

declare const WASM_FILE: string;
declare const WASM_SIZE: string;

export const programUrl = new URL(WASM_FILE, import.meta.url);

const failures: Failures = { missing: 'download-failed', html: 'download-failed', corrupt: 'download-failed' };

/** Calls of load() share it: it has no signal, for one that is aborted must not take it from the others. */
let program: Promise<WebAssembly.Module> | undefined;

export function requireWebAssembly(): void {
  if (typeof WebAssembly === 'object') return;
  throw new MobileNetError(
    'no-webassembly',
    'This browser has no WebAssembly, or it is switched off (as in Lockdown Mode). Use a current browser, or allow it for this site.',
  );
}

/** `packs` tells whether the server packs the program better than gzip. */
export function loadProgram(progress: DownloadProgress, packs: Promise<boolean>): Promise<WebAssembly.Module> {
  // What an earlier call began, over a line that may be dead by now, must not fail this one.
  if (program) return program.catch(() => loadProgram(progress, packs));
  const transfer = { failures, size: Number(WASM_SIZE), onProgress: progress.part() };
  const loading = downloadPacked(programUrl, packs, transfer, (content) => compile(content, nameOf(programUrl)));
  program = loading;
  loading.catch(() => {
    program = undefined; // so that loading can be tried again
  });
  return loading;
}

async function compile(content: ReadableStream<Uint8Array<ArrayBuffer>>, name: string): Promise<WebAssembly.Module> {
  // A response of our own has the right type whatever the server says, and compiles while it arrives.
  const { watched, failure } = watch(content);
  const response = new Response(watched, { headers: { 'Content-Type': 'application/wasm' } });
  try {
    if (WebAssembly.compileStreaming) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /content security policy|\bCSP\b|unsafe-eval/i.test(text(error))) {
      throw blocked('WebAssembly', error);
    }
    // What compiles a stream has words of its own for a connection that broke.
    const cause = failure() ?? error;
    throw cause instanceof MobileNetError ? cause : asError(`${name} is damaged: ${text(cause)}`, 'download-failed');
  }
}

/** The same stream, and what it failed with. */
function watch<T>(content: ReadableStream<T>): { watched: ReadableStream<T>; failure: () => unknown } {
  const reader = content.getReader();
  let failure: unknown;
  const watched = new ReadableStream<T>({
    async pull(controller) {
      const chunk = await reader.read().catch((error) => {
        failure = error;
        throw error;
      });
      if (chunk.done) controller.close();
      else controller.enqueue(chunk.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { watched, failure: () => failure };
}
