// The panel Teach, as a chunk of its own: it is large, and most people come for the others.

import css from './teach-panel.css';
import { addStyles } from './ui/styles.ts';

addStyles(css);

export { TeachPanel } from './teach/panel.ts';
