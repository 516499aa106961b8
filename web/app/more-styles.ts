// The styles of panels that are loaded on demand, in the order in which they count, apart from those that a first screen shares.

import costChart from './cost/chart.css';
import costDrawing from './cost/drawing.css';
import costLayer from './cost/layer.css';
import costMath from './cost/math.css';
import costNetwork from './cost/network.css';
import costPanel from './cost/panel.css';
import costTable from './cost/table.css';
import costTrial from './cost/trial.css';
import insideAtlas from './inside/atlas.css';
import insideDetail from './inside/detail.css';
import insideKinds from './inside/kinds.css';
import insideLayers from './inside/layers.css';
import insidePanel from './inside/panel.css';
import insideZoom from './inside/zoom.css';
import modelPanel from './model/panel.css';
import layerKinds from './ui/layer-kinds.css';
import { addStyles } from './ui/styles.ts';

addStyles(
  [
    insidePanel,
    layerKinds,
    insideKinds,
    insideLayers,
    insideDetail,
    insideAtlas,
    insideZoom,
    costPanel,
    costMath,
    costLayer,
    costDrawing,
    costNetwork,
    costChart,
    costTable,
    costTrial,
    modelPanel,
  ].join('\n'),
);
