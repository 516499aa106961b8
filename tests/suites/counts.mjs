// What the tests of a suite came to.

export class Counts {
  passed = 0;
  failed = 0;
  /** Which tests failed, less those that failed by another within them. @type {string[]} */
  failures = [];
  /** How many were skipped, by the reason. @type {Record<string, number>} */
  skipped = {};

  /** @param {string} name @param {boolean} [within] it failed by a test within it alone */
  fail(name, within = false) {
    this.failed++;
    if (!within) this.failures.push(name);
  }

  /** @param {string} reason @param {number} [times] */
  skip(reason, times = 1) {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + times;
  }

  /** @param {Counts} more */
  add({ passed, failed, failures, skipped }) {
    this.passed += passed;
    this.failed += failed;
    this.failures.push(...failures);
    for (const [reason, times] of Object.entries(skipped)) this.skip(reason, times);
  }

  /** The number of those skipped. */
  get left() {
    return Object.values(this.skipped).reduce((sum, times) => sum + times, 0);
  }

  /** The line that says it, as "2 passed, 0 failed, 1 skipped". */
  toString() {
    return `${this.passed} passed, ${this.failed} failed, ${this.left} skipped`;
  }
}
