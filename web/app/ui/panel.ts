import type { Taker } from './intake.ts';

/**
 * What fills the page while its tab is chosen: a custom element, made when it is first shown and kept. One that is a Taker
 * gets what is dropped or pasted meanwhile; otherwise the photo panel is shown and gets it.
 */
export interface Panel extends HTMLElement, Partial<Taker> {
  /** Whether these files are for it; a panel without this wants all that it can take. */
  wants?(files: File[]): boolean;
  /** It has come to be seen. */
  shown?(): void;
  /** It is no longer seen. (`hidden` would be the attribute's name.) */
  left?(): void;
}
