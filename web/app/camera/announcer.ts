/** A new answer is told once it has stayed this long, and not sooner than this after the last one, in ms. */
const STEADY = 1200;
const PAUSE = 4000;

/** Tells a screen reader what the camera sees: when that has changed, not at every frame. */
export class Announcer {
  /** Put it into the page before the first word. */
  readonly region = document.createElement('p');
  #told = '';
  #coming = '';
  #since = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor() {
    this.region.setAttribute('role', 'status');
    this.region.className = 'visually-hidden';
  }

  /** Takes what is seen now: `what` tells whether it is something new, `words` are said then. */
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

  /** Says this at once; what is seen then is news again. */
  say(words: string): void {
    this.#told = this.#coming = '';
    this.region.textContent = words;
  }
}
