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
export const morePanels = () => import('./more-panels.ts');

const { titles } = text.panels;
export const photo: PanelEntry = { id: 'photo', title: titles.photo, create: () => new PhotoPanel() };
const camera: PanelEntry = {
  id: 'camera',
  title: titles.camera,
  create: async () => new (await morePanels()).CameraPanel(),
};
export const folder: PanelEntry = {
  id: 'folder',
  title: titles.folder,
  create: async () => new (await morePanels()).FolderPanel(),
};
const teach: PanelEntry = {
  id: 'teach',
  title: titles.teach,
  create: async () => new (await import('./teach-panel.ts')).TeachPanel(),
};
const inside: PanelEntry = {
  id: 'inside',
  title: titles.inside,
  create: async () => new (await morePanels()).InsidePanel(),
};
const cost: PanelEntry = { id: 'cost', title: titles.cost, create: async () => new (await morePanels()).CostPanel() };
const about: PanelEntry = {
  id: 'about',
  title: titles.about,
  create: async () => new (await morePanels()).AboutPanel(),
};

/** A tab leads to a panel, or to the parts of a page. */
export interface Tab {
  title: string;
  panels: [PanelEntry, ...PanelEntry[]];
}

const how: Tab = { title: text.panels.how, panels: [inside, cost] };

/** The tabs, in their order. */
export const tabs: Tab[] = [
  ...[photo, camera, folder, teach].map((panel): Tab => ({ title: panel.title, panels: [panel] })),
  how,
];

/** What the footer leads to. */
export const more: Tab[] = [{ title: titles.about, panels: [about] }];

/** The page that a tab leads to, where it has parts: a tab each. */
export const parts: Tab[] = how.panels.map((panel) => ({ title: panel.title, panels: [panel] }));

/** By their hashes. */
const byHash = new Map([photo, camera, folder, teach, inside, cost, about].map((panel) => [panel.id, panel] as const));

/** The panel of that hash, if there is one. */
export const find = (hash: string): PanelEntry | undefined => byHash.get(hash);
