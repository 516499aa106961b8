// The panels that are loaded on demand, and the photo's comparison, as one chunk: one more would take the first screen's apart.

import css from './more-panels.css';
import { addStyles } from './ui/styles.ts';

addStyles(css);

export { AboutPanel } from './about/panel.ts';
export { CameraPanel } from './camera/panel.ts';
export { CostPanel } from './cost/panel.ts';
export { FolderPanel } from './folder/panel.ts';
export { InsidePanel } from './inside/panel.ts';
export { ModelDialog } from './model/dialog.ts';
export { compare } from './photo/compare.ts';
export { taughtChoice } from './store/taught.ts';
