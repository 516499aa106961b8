import type { Taker } from './intake.ts';
import { PhotoPanel } from './photo-panel.ts';
import { text } from './text/text.ts';

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

export interface PanelEntry {
  /** The address's hash. No element may have it as its id, or the browser would scroll there. */
  id: string;
  title: string;
  create(): Panel | Promise<Panel>;
}

/** All panels but the first are fetched when one of them is wanted, so that the first answer comes sooner. */
const more = () => import('./more-panels.ts');

/** The tabs, in their order. */
export const panels: readonly [PanelEntry, ...PanelEntry[]] = [
  { id: 'photo', title: text.panels.photo, create: () => new PhotoPanel() },
  { id: 'camera', title: text.panels.camera, create: async () => new (await more()).CameraPanel() },
  { id: 'folder', title: text.panels.folder, create: async () => new (await more()).FolderPanel() },
  { id: 'inside', title: text.panels.inside, create: async () => new (await more()).InsidePanel() },
  { id: 'cost', title: text.panels.cost, create: async () => new (await more()).CostPanel() },
  { id: 'model', title: text.panels.model, create: async () => new (await more()).ModelPanel() },
  { id: 'about', title: text.panels.about, create: async () => new (await more()).AboutPanel() },
];
