// The Go program, compiled once a page. The names of the built files are put in by web/build.

import { downloadCompressed } from './download.js';
import type { FileErrorCodes } from './download-error.js';
import { MobileNetError, text } from './errors.js';
import { blocked } from './policy.js';
import type { DownloadProgress } from './progress.js';
import type { Content } from './read-bytes.js';
import { nameOf } from './urls.js';

declare const WASM_FILE: string;
declare const WASM_SIZE: string;

export const programUrl = new URL(WASM_FILE, import.meta.url);

const codes: FileErrorCodes = { missing: 'download-failed', html: 'download-failed', corrupt: 'download-failed' };

/** Calls of load() share it: it has no signal, for one that is aborted must not take it from the others. */
let program: Promise<WebAssembly.Module> | undefined;

export function requireWebAssembly(): void {
  if (typeof WebAssembly === 'object') return;
  throw new MobileNetError(
    'no-webassembly',
    'This browser has no WebAssembly, or it is switched off (as in Lockdown Mode). Use a current browser, or allow it for this site.',
  );
}

/** `gzip` tells whether to prefer the compressed copy. */
export function loadProgram(progress: DownloadProgress, gzip: Promise<boolean>): Promise<WebAssembly.Module> {
  // What an earlier call began, over a line that may be dead by now, must not fail this one.
  if (program) return program.catch(() => loadProgram(progress, gzip));
  const transfer = { codes, size: Number(WASM_SIZE), onBytes: progress.part() };
  const loading = downloadCompressed(programUrl, gzip, transfer, compile);
  program = loading;
  loading.catch(() => {
    program = undefined; // so that loading can be tried again
  });
  return loading;
}

async function compile(content: Content): Promise<WebAssembly.Module> {
  // A response of our own has the right type whatever the server says, and compiles while it arrives.
  const response = new Response(content, { headers: { 'Content-Type': 'application/wasm' } });
  try {
    if (WebAssembly.compileStreaming) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError && /content security policy|\bCSP\b|unsafe-eval/i.test(text(cause))) {
      throw blocked('WebAssembly', cause);
    }
    throw new MobileNetError(codes.corrupt, `${nameOf(programUrl)} is damaged: ${text(cause)}`, { cause });
  }
}
