// The functions of the Go program wasm/workshop, by what each takes and gives.

import type { OpenArgs } from './contract.js';

export interface WorkshopMethods {
  write: (args: WriteArgs) => { file: Uint8Array<ArrayBuffer> };
}

/** What is to be written: the model as it was opened. */
export interface WriteArgs extends Pick<OpenArgs, 'model' | 'resolution' | 'mean' | 'scale'> {
  /** A label a line; empty for none. */
  labels: string;
  /** Empty: as the model's file has it. */
  name: string;
}
