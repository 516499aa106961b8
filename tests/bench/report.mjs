// The results as Markdown.

const giga = 1e9;

/** @param {(string | number)[][]} rows the first is the head, its first column text and the rest figures */
function table([head, ...rows]) {
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i ? '--:' : ':--'))), ...rows.map(line)].join('\n');
}

/** @param {number} n @param {number} [digits] */
const fixed = (n, digits = 1) => (Number.isFinite(n) ? n.toFixed(digits) : '–');

/** @param {number} n bytes */
const megabytes = (n) => `${(n / 1e6).toFixed(2)} MB`;

/** The table of first visits. @param {any} results see bench.mjs */
const visits = ({ cold, far }) =>
  table([
    ['', 'localhost, ms', 'median', '24 Mbit/s, ms', 'median', 'sent', 'sent by gzip'],
    ...cold.map((/** @type {any} */ { name, min, median, bytes, gzip }, /** @type {number} */ i) => [
      name,
      ...[min, median, far[i].min, far[i].median].map((ms) => fixed(ms, 0)),
      megabytes(bytes),
      megabytes(gzip),
    ]),
  ]);

/** What README.md shows of it. @param {any} results see bench.mjs */
export function digest({ machine, counts, steady, cold, far }) {
  const best = new Map(
    steady.map((/** @type {any} */ { contender, min, error }) => [contender.name, error ? Number.NaN : min]),
  );
  // Each as it is usually used: quantised, but for TensorFlow.js, which has no quantised kernels.
  const shown = [
    ['Depthwise', 'Depthwise relaxed, quantised'],
    ['LiteRT.js', 'LiteRT.js, quantised'],
    ['ONNX Runtime Web', 'ONNX Runtime Web, quantised'],
    ['TensorFlow.js', 'TensorFlow.js, float'],
  ];
  const first = (/** @type {any[]} */ visits, /** @type {string} */ name) =>
    fixed(visits.find((visit) => visit.name === name)?.min, 0);
  return `${[
    `Milliseconds, the best of ${counts.rounds * counts.runs} predictions in Chromium ${machine.chromium} on ${machine.cpu} with ` +
      `${machine.cores} cores, and of first visits with nothing cached:`,
    table([
      ['', '1 thread', '2 threads', 'first answer, localhost', 'first answer, 24 Mbit/s'],
      ...shown.map(([name, contender]) => [
        contender.endsWith('float') ? `${name} (float)` : name,
        fixed(best.get(`${contender}, 1 thread`)),
        fixed(best.get(`${contender}, 2 threads`)),
        first(cold, name),
        first(far, name),
      ]),
    ]),
  ].join('\n\n')}\n`;
}

/** @param {any} results see bench.mjs */
export function report(results) {
  const { machine, counts, peaks, steady, profiles, growth } = results;
  const layersOf = (/** @type {string} */ name) => profiles.find((/** @type {any} */ p) => p.name === name)?.layers;
  const layers = layersOf('Depthwise relaxed, quantised, 1 thread');
  const layersV2 = layersOf('Depthwise relaxed, MobileNetV2, 1 thread');
  const byName = new Map(steady.map((/** @type {any} */ s) => [s.contender.name, s]));
  /** Those that run one network, whose layers are given. @param {any[]} layers @param {string} [network] */
  const times = (layers, network) => {
    const multiplyAdds = layers.reduce((sum, l) => sum + l.multiplyAdds, 0);
    return table([
      ['', 'min', 'median', '× LiteRT', 'GMAC/s', '× limit'],
      ...steady
        .filter((/** @type {any} */ { contender }) => contender.network === network)
        .map((/** @type {any} */ { contender, min, median, error }) => {
          if (error) return [contender.name, `failed: ${error.split('\n')[0]}`, '', '', '', ''];
          const rival = byName.get(contender.rival)?.min ?? Number.NaN;
          const rate = multiplyAdds / min / 1e6;
          const limit = (peaks[contender.limit] * contender.threads) / giga;
          return [
            contender.name,
            fixed(min),
            fixed(median),
            fixed(min / rival, 2),
            fixed(rate),
            fixed(limit / rate, 2),
          ];
        }),
    ]);
  };
  return `${[
    `${machine.cpu}, ${machine.cores} cores, Chromium ${machine.chromium}; ${counts.rounds} rounds of ${counts.runs} predictions each, ` +
      `in turn. Milliseconds a picture; × LiteRT: minimum against LiteRT.js with the same weights and threads; × limit: against ` +
      `what one core could do at best (${Object.entries(peaks)
        .map(([kernel, peak]) => `${kernel} ${fixed(Number(peak) / giga, 0)}`)
        .join(', ')} GMAC/s).`,
    times(layers),
    ...(layersV2 ? ['MobileNetV2 1.0 224, quantised, in the same run:', times(layersV2, 'MobileNetV2')] : []),
    'First visit, fresh profile, from the navigation to the first prediction: from localhost, which packs nothing, and by a line ' +
      'of 24 Mbit/s from a server 20 ms away that packs all by gzip. And what is sent for it.',
    visits(results),
    'How time grows with multiply-adds (one thread):',
    table([
      ['', 'M multiply-adds', 'min ms', 'GMAC/s'],
      ...growth.map((/** @type {any} */ { contender, note, min }) => [
        contender.name,
        fixed((note?.multiplyAdds ?? Number.NaN) / 1e6, 0),
        fixed(min),
        fixed((note?.multiplyAdds ?? Number.NaN) / min / 1e6),
      ]),
    ]),
    'Milliseconds by kinds of layers, the sums of each layer’s minimum:',
    table([
      ['', ...kinds.map(({ name }) => name), 'together'],
      ...profiles.map((/** @type {any} */ { name, layers }) => [name, ...sums(layers).map((ms) => fixed(ms, 2))]),
    ]),
    'The quantised model, layer by layer (relaxed, one thread, minima):',
    layerTable(layers),
    'The float model, layer by layer (relaxed, one thread, minima). Where an algorithm saves an eighth of the products, GMAC/s count them all ' +
      'the same:',
    layerTable(layersOf('Depthwise relaxed, float, 1 thread')),
    ...(layersV2 ? ['MobileNetV2, layer by layer (relaxed, one thread, minima):', layerTable(layersV2)] : []),
  ].join('\n\n')}\n`;
}

/** The part of the results that make bench-arm writes, and all of it. */
const armPart = /\n<!-- written by make bench-arm -->.*?<!-- end -->\n/s;

/** A new report with the part that make bench-arm wrote into the old one. @param {string} text @param {string} old */
export const keepingArm = (text, old) => text + (armPart.exec(old)?.[0] ?? '');

/**
 * The report with counted instructions in it: millions a picture.
 * @param {string} text @param {{model: string, families: Record<string, import('./arm/count.mjs').Count>}[]} counted
 */
export function armResults(text, counted) {
  const part = [
    '<!-- written by make bench-arm -->',
    'Millions of instructions a picture on an Arm processor with dot products, in V8’s optimised code, counted under qemu:',
    ...counted.flatMap(({ model, families }) => {
      const columns = Object.values(families);
      const names = columns[0]?.names ?? [];
      const byLayer = Object.entries(families).filter(([, { layers }]) => layers.length > 0);
      const kind = (/** @type {string} */ name) => name.replace(/\d+$/, '');
      const sum = (/** @type {number[]} */ layers, /** @type {string} */ of) =>
        layers.length ? layers.reduce((total, n, i) => total + (kind(names[i] ?? '') === of ? n : 0), 0) : Number.NaN;
      return [
        table([
          [model, ...Object.keys(families)],
          ['whole', ...columns.map(({ whole }) => fixed(whole))],
          ...[...new Set(names.map(kind))].map((of) => [of, ...columns.map(({ layers }) => fixed(sum(layers, of)))]),
        ]),
        table([
          [`${model}, layer by layer`, ...byLayer.map(([family]) => family)],
          ...names.map((name, i) => [name, ...byLayer.map(([, { layers }]) => fixed(layers[i] ?? Number.NaN, 2))]),
        ]),
      ];
    }),
    '<!-- end -->',
  ].join('\n\n');
  return `${text.replace(armPart, '')}\n${part}\n`;
}

/** What layers are called in a report, and their types. */
const kinds = [
  { name: 'first conv', types: ['conv'] },
  { name: 'depthwise', types: ['depthwise'] },
  { name: 'pointwise', types: ['pointwise'] },
  { name: 'addition', types: ['add'] },
  { name: 'pool, classifier', types: ['average_pool', 'fully_connected'] },
];

/** Time by kinds, and all of it. @param {any[]} layers */
const sums = (layers) => {
  const of = (/** @type {any[]} */ some) => some.reduce((sum, { time }) => sum + time, 0);
  return [...kinds.map(({ types }) => of(layers.filter(({ type }) => types.includes(type)))), of(layers)];
};

/** @param {any[]} layers */
function layerTable(layers) {
  const total = layers.reduce((sum, l) => sum + l.time, 0);
  return table([
    ['layer', 'output', 'M multiply-adds', 'ms', 'share', 'GMAC/s'],
    ...layers.map((l) => [
      l.name,
      l.shape.join('×'),
      fixed(l.multiplyAdds / 1e6),
      fixed(l.time, 3),
      `${fixed((100 * l.time) / total)}%`,
      fixed(l.multiplyAdds / l.time / 1e6),
    ]),
  ]);
}
