// Time against multiply-adds, as an SVG that reads on light and dark pages.

const width = 640;
const height = 360;
const margin = { left: 56, right: 16, top: 16, bottom: 44 };

/** The next round number for an axis of about five steps. @param {number} most */
function step(most) {
  const power = 10 ** Math.floor(Math.log10(most / 5));
  return [1, 2, 5, 10].map((f) => f * power).find((s) => most / s <= 6) ?? power;
}

/** @param {any[]} growth see bench.mjs */
export function plot(growth) {
  const points = growth
    .filter(({ error }) => !error)
    .map(({ contender, note, min }) => ({ name: contender.name, x: note.multiplyAdds / 1e6, y: min }));
  const [mostX, mostY] = [Math.max(1, ...points.map((p) => p.x)), Math.max(1, ...points.map((p) => p.y))];
  const [stepX, stepY] = [step(mostX), step(mostY)];
  const [endX, endY] = [Math.ceil(mostX / stepX) * stepX, Math.ceil(mostY / stepY) * stepY];
  const x = (/** @type {number} */ v) => margin.left + (v / endX) * (width - margin.left - margin.right);
  const y = (/** @type {number} */ v) => height - margin.bottom - (v / endY) * (height - margin.top - margin.bottom);
  const parts = [];
  for (let v = 0; v <= endX; v += stepX) {
    parts.push(`<path class="grid" d="M${x(v)} ${y(0)}V${y(endY)}"/>`);
    parts.push(`<text x="${x(v)}" y="${y(0) + 18}" text-anchor="middle">${v}</text>`);
  }
  for (let v = 0; v <= endY; v += stepY) {
    parts.push(`<path class="grid" d="M${x(0)} ${y(v)}H${x(endX)}"/>`);
    parts.push(`<text x="${x(0) - 8}" y="${y(v) + 4}" text-anchor="end">${v}</text>`);
  }
  for (const p of points) {
    const kind = p.name.startsWith('α 1,') ? 'full' : 'thin';
    parts.push(`<circle class="${kind}" cx="${x(p.x).toFixed(1)}" cy="${y(p.y).toFixed(1)}" r="4"/>`);
    const left = x(p.x) > width * 0.8;
    const at = `x="${(x(p.x) + (left ? -8 : 8)).toFixed(1)}" y="${(y(p.y) + 14).toFixed(1)}"`;
    parts.push(`<text ${at}${left ? ' text-anchor="end"' : ''}>${p.name}</text>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Milliseconds against millions of multiply-adds">
<style>
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .grid { stroke: #8b949e; stroke-opacity: 0.25 }
  .full { fill: #0b7a75 }
  .thin { fill: #c4622d }
  @media (prefers-color-scheme: dark) { text { fill: #9da7b1 } .full { fill: #4fc3bb } .thin { fill: #f0a06f } }
</style>
${parts.join('\n')}
<text x="${width - margin.right}" y="${height - 8}" text-anchor="end">million multiply-adds</text>
<text x="${margin.left}" y="12">ms a picture, one thread</text>
</svg>
`;
}
