// The styles of this panel, which come with it.

import { addStyles } from '../ui/styles.ts';
import chart from './chart.css';
import drawing from './drawing.css';
import layer from './layer.css';
import math from './math.css';
import network from './network.css';
import panel from './panel.css';
import table from './table.css';
import trial from './trial.css';

addStyles([panel, math, layer, drawing, network, chart, table, trial].join('\n'));
