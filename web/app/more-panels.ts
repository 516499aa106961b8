// The panels that are loaded on demand, as one chunk.

export { AboutPanel } from './about/panel.ts';
export { CameraPanel } from './camera/panel.ts';
export { CostPanel } from './cost/panel.ts';
export { FolderPanel } from './folder/panel.ts';
export { InsidePanel } from './inside/panel.ts';
export { ModelDialog } from './model/dialog.ts';
