import type { Taker } from './intake.ts';

/**
 * The content of a tab: a custom element, created when it is first shown and kept. One that is a Taker gets what is dropped or
 * pasted meanwhile; otherwise the photo panel is shown and gets it.
 */
export interface Panel extends HTMLElement, Partial<Taker> {
  /** It becomes visible. */
  shown?(): void;
  /** It is no longer visible. (`hidden` is the attribute's name.) */
  left?(): void;
}
