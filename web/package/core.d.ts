import type { LoadOptions, MobileNet } from './index.js';

export * from './index.js';

/** As `load` of depthwise. No model comes with depthwise/core, so one must be given. */
export function load(options: LoadOptions & { model: NonNullable<LoadOptions['model']> }): Promise<MobileNet>;
