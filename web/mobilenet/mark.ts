/** Marks a step to the first result in the timeline of the browser's developer tools, and of tests/bench/trace.mjs. */
export const mark = (
  what: 'program compiled' | 'weights there' | 'worker runs' | 'program runs' | 'opens' | 'opened',
) => performance.mark(`mobilenet: ${what}`);
