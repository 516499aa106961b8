import { PhotoPanel } from './photo/panel.ts';
import { text } from './text/text.ts';
import type { Panel } from './ui/panel.ts';

export interface PanelEntry {
  /** The URL's hash. No element may have it as its id, or the browser would scroll there. */
  id: string;
  title: string;
  create(): Panel | Promise<Panel>;
}

/** All panels but the first are loaded when one of them is opened, so that the first result comes sooner. */
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
