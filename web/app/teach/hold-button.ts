import { element } from '../ui/dom.ts';

/** What holding a button begins and ends. */
export interface Holding {
  begin(): void;
  end(): void;
}

/**
 * A button that works for as long as it is held: with the pointer, a finger, or Space and Enter. What presses it without holding,
 * as a screen reader does, begins with one press and ends with the next.
 */
export class HoldButton {
  readonly element: HTMLButtonElement;
  #holding: Holding;
  /** What holds it: a pointer's number, a key's name, or 'click'. */
  #by: number | string | undefined;

  /** name is what it says, and working what it says while `works`. */
  constructor(name: string, working: string, label: string, holding: Holding, kind = 'button primary hold') {
    this.#holding = holding;
    this.element = element(
      'button',
      { type: 'button', class: kind, 'aria-label': label, 'aria-pressed': 'false' },
      element('span', {}, name),
      element('span', {}, working),
    );
    const { element: button } = this;
    button.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || this.#by !== undefined) return;
      button.setPointerCapture(event.pointerId); // sliding off it does not end it
      this.#begin(event.pointerId);
    });
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const)
      button.addEventListener(type, ({ pointerId }) => this.#end(pointerId));
    button.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault(); // it is no click
      if (!event.repeat && this.#by === undefined) this.#begin(event.key);
    });
    button.addEventListener('keyup', (event) => {
      if (event.key === ' ') event.preventDefault(); // Firefox clicks now
      this.#end(event.key);
    });
    button.addEventListener('click', ({ detail }) => {
      if (detail > 0) return; // of a pointer that has held it
      if (this.#by === 'click') this.#end('click');
      else if (this.#by === undefined) this.#begin('click');
    });
    // A finger that rests asks for no menu.
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    button.addEventListener('blur', () => this.release());
  }

  /** Whether what it is held for has begun. Its name for screen readers stays: they are told that it is pressed. */
  set works(works: boolean) {
    this.element.toggleAttribute('data-works', works);
  }

  get held(): boolean {
    return this.#by !== undefined;
  }

  /** Ends it, whatever holds it. */
  release(): void {
    if (this.#by !== undefined) this.#end(this.#by);
  }

  #begin(by: number | string): void {
    this.#by = by;
    this.element.setAttribute('aria-pressed', 'true');
    this.#holding.begin();
  }

  #end(by: number | string): void {
    if (by !== this.#by) return;
    this.#by = undefined;
    this.element.setAttribute('aria-pressed', 'false');
    this.#holding.end();
  }
}
