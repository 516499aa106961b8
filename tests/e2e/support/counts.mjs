import { execFileSync } from 'node:child_process';
import { root } from '../../support/paths.mjs';

/**
 * @typedef {{ name: string, kind: string, shape: number[], kernel: number, stride: number, parameters: number, multiplyAdds: number }} Layer
 */

/**
 * What core/mobilenet counts: tests/e2e/counts says what each part is.
 * @type {{
 *   layers: Layer[], layersV2: Layer[],
 *   members: { alpha: number, resolution: number, parameters: number, multiplyAdds: number, scaledParameters: number,
 *     scaledMultiplyAdds: number, standardParameters: number, standardMultiplyAdds: number }[],
 *   singles: { dk: number, m: number, n: number, df: number, standard: [number, number], separable: [number, number], reduction: number }[],
 *   blocks: { side: number, input: number, output: number, expansion: number, kernel: number, stride: number, cost: [number, number],
 *     wide: [number, number], adds: boolean }[],
 *   published: { Alpha: number, Resolution: number, MultiplyAdds: number, Parameters: number, MultiplyAddsDiffer: boolean,
 *     ParametersDiffer: boolean, Float: { Top1: number, Top5: number }, Quantized: { Top1: number, Top5: number } }[],
 * }}
 */
export const counts = JSON.parse(
  execFileSync('go', ['run', './tests/e2e/counts'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }).toString(),
);
