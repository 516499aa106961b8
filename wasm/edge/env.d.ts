// What wrangler brings in beside JavaScript, and the bindings of wrangler.jsonc.

declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

/** What build/ makes; build/network.go says what is in it. */
declare module '*/network.json' {
  const network: {
    model: Record<
      'name' | 'network' | 'alpha' | 'resolution' | 'shape' | 'classes' | 'type' | 'sha256' | 'license' | 'source',
      unknown
    >;
    labels: string;
    engine: {
      name: string;
      layout: string;
      pages: number;
      image: string;
      sha256: string;
      offset: number;
      size: number;
    };
    headers: [string, string][];
  };
  export default network;
}

/** The page /bulk, which build/ makes: its files by their path. */
declare module '*/bulk.json' {
  const files: Record<string, { type: string; text: string; hashed: boolean }>;
  export default files;
}

declare module '*/wasm_exec.js';

interface Env {
  /** The static files. */
  ASSETS: { fetch(request: Request): Promise<Response> };
  /** Secret: the token that requests to the API must bring; absent: none. */
  API_TOKEN?: string;
  /** Origins that may read the API's answers, separated by spaces. */
  CORS_ORIGINS?: string;
  /** Anything: tell in Server-Timing where the time of a request went. For measuring on this machine. */
  TIMING?: string;
}

/** Cloudflare's ExecutionContext. */
interface Execution {
  /** Keeps the isolate working on promise after the answer is sent or its client gone. */
  waitUntil(promise: Promise<unknown>): void;
}

/** Go's wasm_exec.js. */
declare class Go {
  env: Record<string, string>;
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
}
