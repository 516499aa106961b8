// Shared by the pages: the input, and what the runner calls.

export const query = new URLSearchParams(location.search);
export const threads = Number(query.get('threads'));
export const float = query.get('model') === 'float';

/** The picture, RGB bytes [224,224,3]. */
export const rgb = new Uint8Array(await (await fetch('/models/input.rgb')).arrayBuffer());

/** The same as float32 in 0..1, the range of the default model. */
export const real = () => Float32Array.from(rgb, (v) => v / 255);

/** [H,W,C] to [C,H,W]. @param {Uint8Array | Float32Array} values */
export function planar(values) {
  const result = new /** @type {any} */ (values.constructor)(values.length);
  const pixels = values.length / 3;
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) result[c * pixels + i] = values[i * 3 + c];
  return result;
}

/**
 * Makes one prediction, and gives the runner the means for more.
 * @param {() => Promise<ArrayLike<number>>} predict all that one prediction takes once the picture is resized: making the
 *   input, running, reading the outputs back
 * @param {object} [note] what else the runner should know
 */
export async function contend(predict, note = {}) {
  const outputs = await predict();
  const first = performance.now(); // since the navigation began
  const best = Array.from(outputs).reduce((b, v, i, all) => (v > all[b] ? i : b), 0);
  Object.assign(window, {
    contender: {
      first,
      best,
      note,
      /** @param {number} count */
      async time(count) {
        const times = [];
        for (let i = 0; i < count; i++) {
          await new Promise((resolve) => setTimeout(resolve)); // the browser's own work stays outside
          const start = performance.now();
          await predict();
          times.push(performance.now() - start);
        }
        return times;
      },
    },
  });
}
