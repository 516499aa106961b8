// The Go programs, each compiled once a page.

import { downloadCompressed } from './download.js';
import type { FileErrorCodes } from './download-error.js';
import { MobileNetError, text } from './errors.js';
import type { Asset } from './files.js';
import { blocked } from './policy.js';
import type { DownloadProgress } from './progress.js';
import type { Content } from './read-bytes.js';
import { nameOf } from './urls.js';

const codes: FileErrorCodes = {
  missing: 'download-failed',
  html: 'download-failed',
  corrupt: 'download-failed',
};

/** By URL. Calls of load() share it: it has no signal, for one that is aborted must not take it from the others. */
const programs = new Map<string, Promise<WebAssembly.Module>>();

export function requireWebAssembly(): void {
  if (typeof WebAssembly === 'object') return;
  throw new MobileNetError(
    'no-webassembly',
    'This browser has no WebAssembly, or it is switched off (as in Lockdown Mode). Use a current browser, or allow it for this site.',
  );
}

/** `gzip` tells whether to prefer the compressed copy; progress counts a file of `size` bytes. */
export function loadProgram(
  file: Asset,
  gzip: Promise<boolean>,
  progress?: DownloadProgress,
  size?: number,
): Promise<WebAssembly.Module> {
  const { href } = file.url;
  // What an earlier call began, over a line that may be dead by now, must not fail this one.
  const begun = programs.get(href);
  if (begun) return begun.catch(() => loadProgram(file, gzip, progress, size));
  const transfer = { codes, size, onBytes: progress?.part() };
  const loading = downloadCompressed(file, gzip, transfer, (content) => compile(content, nameOf(file.url)));
  programs.set(href, loading);
  loading.catch(() => programs.delete(href)); // so that loading can be tried again
  return loading;
}

async function compile(content: Content, name: string): Promise<WebAssembly.Module> {
  // A response of our own has the right type whatever the server says, and compiles while it arrives.
  const response = new Response(content, { headers: { 'Content-Type': 'application/wasm' } });
  try {
    if (WebAssembly.compileStreaming) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError && /content security policy|\bCSP\b|unsafe-eval/i.test(text(cause))) {
      throw blocked('WebAssembly', { cause });
    }
    throw new MobileNetError(codes.corrupt, `${name} is damaged: ${text(cause)}`, { cause });
  }
}
