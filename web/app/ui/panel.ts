import type { Taker } from './intake.ts';

/**
 * The content of a tab: a custom element, created when it is first shown and kept. One that is a Taker gets what is dropped or
 * pasted meanwhile; otherwise the photo panel is shown and gets it.
 */
export interface Panel extends HTMLElement, Partial<Taker> {
  /** As a Taker it takes several files at once, and folders: otherwise the panel for those is shown and gets them. */
  readonly takesMany?: boolean;
  /** It becomes visible. */
  shown?(): void;
  /** It is no longer visible. (`hidden` is the attribute's name.) */
  left?(): void;
}
