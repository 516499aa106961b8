// Go's support file lib/wasm/wasm_exec.js, of the toolchain that builds the program: web/build finds it under this name.

declare module 'wasm_exec' {}

/** A Go program to be run once. */
declare class Go {
  importObject: WebAssembly.Imports;
  /** Is called when the program ends. */
  exit: (code: number) => void;
  /** Runs main until it first waits, then returns a promise that resolves when the program ends. */
  run(instance: WebAssembly.Instance): Promise<void>;
}

/** Where the program's stdout (1) and stderr (2) go. */
declare var fs: { writeSync(fd: number, bytes: Uint8Array): number };
