// Reads what "go test -json" prints, https://pkg.go.dev/cmd/test2json: says what "go test" says without it, and counts the tests.

/** @typedef {{Action: string, Package?: string, Test?: string, Output?: string, FailedBuild?: string}} Event */

export class GoTest {
  #counts;
  #print;
  /** What the tests that run have said, by package and name. @type {Map<string, string>} */
  #running = new Map();

  /** @param {import('./counts.mjs').Counts} counts @param {(text: string) => void} print */
  constructor(counts, print) {
    this.#counts = counts;
    this.#print = print;
  }

  /** Takes a line, if it is one of go test's events. @param {string} line */
  take(line) {
    if (!line.startsWith('{"')) return false;
    /** @type {Event} */
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      return false;
    }
    if (!event.Action) return false;
    if (event.Test) this.#test(event, `${event.Package}: ${event.Test}`);
    else this.#package(event, `${event.Package}: `);
    return true;
  }

  /** @param {Event} event @param {string} name */
  #test({ Action, Output = '' }, name) {
    const said = this.#running.get(name) ?? '';
    if (Action === 'run' || Action === 'output') {
      this.#running.set(name, Output.startsWith('=== ') ? said : said + Output);
      return;
    }
    if (Action === 'pass') this.#counts.passed++;
    else if (Action === 'skip') this.#counts.skip(reason(said));
    else if (Action === 'fail') {
      this.#counts.fail(name, this.#failed(`${name}/`));
      this.#print(said);
    } else return;
    this.#running.delete(name);
  }

  /** @param {Event} event @param {string} prefix of its tests' names */
  #package({ Action, Output = '', FailedBuild }, prefix) {
    if ((Action === 'output' || Action === 'build-output') && Output !== 'PASS\n') this.#print(Output);
    if (Action !== 'fail') return;
    // Those that have not ended: one of them may be what ended the others.
    for (const [name, said] of [...this.#running].filter(([name]) => name.startsWith(prefix))) {
      this.#counts.fail(`${name} did not end`);
      this.#print(said);
    }
    if (!this.#failed(prefix)) {
      this.#counts.fail(`${prefix}${FailedBuild ? 'it does not build' : 'failed, though none of its tests did'}`);
    }
  }

  /** @param {string} prefix */
  #failed(prefix) {
    return this.#counts.failures.some((failure) => failure.startsWith(prefix));
  }
}

/** Why a test was skipped: the last that it said, less the file and line. @param {string} output */
function reason(output) {
  const said = output.split('\n').filter((line) => /^\s+\S+\.go:\d+: /.test(line));
  return said.at(-1)?.replace(/^\s+\S+\.go:\d+: /, '') ?? 'no reason given';
}
