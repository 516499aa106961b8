/** A new answer is announced once it is stable for this long, and no sooner than this after the last one, in ms. */
const STEADY = 1200;
const PAUSE = 4000;

/** Announces to screen readers what the camera sees: when that changes, not for every frame. */
export class Announcer {
  /** It must be in the page before the first announcement. */
  readonly region = document.createElement('p');
  #told = '';
  #coming = '';
  #since = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor() {
    this.region.setAttribute('role', 'status');
    this.region.className = 'visually-hidden';
  }

  /** Takes the current answer: where `what` is new, `words` are announced. */
  see(what: string, words: string, now: number): void {
    if (what !== this.#coming) {
      this.#coming = what;
      this.#since = now;
    }
    if (what === this.#told || now - this.#since < STEADY || now - this.#last < PAUSE) return;
    this.#told = what;
    this.#last = now;
    this.region.textContent = words;
  }

  /** Announces this at once; the next answer counts as new. */
  say(words: string): void {
    this.#told = this.#coming = '';
    this.region.textContent = words;
  }
}
