// A camera for Chromium that films a picture which a test made.
import { readFileSync } from 'node:fs';
import { file, readPng } from './pictures.mjs';

/** @typedef {(x: number, y: number) => [number, number, number]} Scene the colour at a pixel, 0..255 */

export const width = 640;
export const height = 480;

/**
 * Chromium's switches for a camera that shows these scenes, 30 a second, again and again.
 * @param {string} name
 * @param {Scene[]} scenes
 * @param {{ask?: boolean}} [options] ask: the browser asks whether the page may, and nobody answers "yes"
 */
export function camera(name, scenes, { ask = false } = {}) {
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420\n`);
  return [
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file(`${name}.y4m`, Buffer.concat([head, ...scenes.map(frame)]))}`,
    ...(ask ? [] : ['--use-fake-ui-for-media-stream']),
  ];
}

/** Chromium's switches for so many cameras, which show its own test picture. @param {number} count */
export const cameras = (count) => [
  `--use-fake-device-for-media-stream=device-count=${count}`,
  '--use-fake-ui-for-media-stream',
];

/** @param {Scene} scene */
function frame(scene) {
  const luma = Buffer.alloc(width * height);
  const blue = Buffer.alloc(luma.length / 4, 128);
  const red = Buffer.alloc(luma.length / 4, 128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = scene(x, y);
      luma[y * width + x] = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b); // BT.601, as cameras have it
      if (x % 2 || y % 2) continue;
      const at = (y / 2) * (width / 2) + x / 2;
      blue[at] = Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b);
      red[at] = Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b);
    }
  }
  return Buffer.concat([Buffer.from('FRAME\n'), luma, blue, red]);
}

/**
 * The scene of a picture before a grey wall, so near that the network sees as much of its width as it sees of a photo's.
 * @param {string} path of a PNG, 8 bits a channel, RGB
 * @returns {Scene}
 */
export function picture(path) {
  const image = readPng(readFileSync(path));
  const scale = height / image.width;
  return (x, y) => {
    const u = (x - width / 2) / scale + image.width / 2 - 0.5;
    const v = (y - height / 2) / scale + image.height / 2 - 0.5;
    if (u < 0 || u > image.width - 1) return [128, 128, 128];
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const right = Math.min(left + 1, image.width - 1);
    const bottom = Math.min(top + 1, image.height - 1);
    const mixed = [0, 1, 2].map((c) => {
      const upper = image.at(left, top, c) * (left + 1 - u) + image.at(right, top, c) * (u - left);
      const lower = image.at(left, bottom, c) * (left + 1 - u) + image.at(right, bottom, c) * (u - left);
      return upper * (top + 1 - v) + lower * (v - top);
    });
    return /** @type {[number, number, number]} */ (mixed);
  };
}
