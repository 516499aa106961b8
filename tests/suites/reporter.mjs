// A reporter of node --test: says what node's own "spec" says, and leaves what the tests came to in the file that TEST_COUNTS names.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { pipeline } from 'node:stream';
import { spec as Spec } from 'node:test/reporters';
import { Counts } from './counts.mjs';

/** @typedef {{type: string, data: any}} Event as node:test describes those of its TestsStream */

/** @param {AsyncIterable<Event>} events */
export default async function* report(events) {
  const said = new Spec();
  pipeline(counted(events), said, () => {}); // an error ends the loop below too
  yield* said;
}

/** Counts the tests as node does, and hands everything on. @param {AsyncIterable<Event>} events */
async function* counted(events) {
  const counts = new Counts();
  /** The names of the test that runs and of those around it. @type {string[]} */
  const names = [];
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:start') names.splice(data.nesting, Infinity, data.name);
    if ((type === 'test:pass' || type === 'test:fail') && data.details.type !== 'suite') count(counts, names, event);
    yield event;
  }
  if (process.env.TEST_COUNTS) appendFileSync(process.env.TEST_COUNTS, `${JSON.stringify(counts)}\n`);
}

/** @param {Counts} counts @param {string[]} names @param {Event} event the end of a test */
function count(counts, names, { type, data: { file, name, nesting, skip, todo, details } }) {
  const where = relative('', file ?? '');
  const whole = name === file; // node's word for a file that ended without a test, or otherwise than by its tests
  if (skip !== undefined) counts.skip(skip === true ? 'no reason given' : skip);
  else if (todo !== undefined) counts.skip('to do');
  else if (type === 'test:pass' && !whole) counts.passed++;
  else if (type === 'test:pass') counts.fail(`${where}: no test ran`);
  else if (whole) counts.fail(`${where}: ended before its tests had`);
  else
    counts.fail([where, ...names.slice(0, nesting), name].join(': '), details.error?.failureType === 'subtestsFailed');
}
