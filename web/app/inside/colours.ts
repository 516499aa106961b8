/** A colour for each of 256 steps, as a canvas holds it in memory read as 32-bit numbers. */
export type Ramp = Uint32Array;

type Stop = readonly [at: number, red: number, green: number, blue: number];

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** An opaque colour as one number. */
export const pack = (red: number, green: number, blue: number): number =>
  (littleEndian ? 0xff000000 | (blue << 16) | (green << 8) | red : (red << 24) | (green << 16) | (blue << 8) | 0xff) >>>
  0;

function ramp(...stops: Stop[]): Ramp {
  return Uint32Array.from({ length: 256 }, (_, step) => {
    const at = step / 255;
    const next = Math.max(
      1,
      stops.findIndex((stop) => stop[0] >= at),
    );
    const [from, to] = [stops[next - 1] as Stop, stops[next] as Stop];
    const share = (at - from[0]) / (to[0] - from[0]);
    const mix = (i: 1 | 2 | 3) => Math.round(from[i] + share * (to[i] - from[i]));
    return pack(mix(1), mix(2), mix(3));
  });
}

/** From dark to white; it rises fast, since most values of a feature map are small. */
export const glow = ramp(
  [0, 5, 20, 22],
  [0.12, 0, 84, 88],
  [0.4, 52, 178, 168],
  [0.75, 178, 238, 226],
  [1, 255, 255, 255],
);

/** Negative is rust, positive teal. */
export const signed = ramp(
  [0, 150, 58, 16],
  [0.25, 219, 140, 92],
  [0.5, 243, 244, 240],
  [0.75, 74, 165, 162],
  [1, 0, 82, 86],
);
