import type { Prediction } from '../../mobilenet/mobilenet.js';
import { text } from '../text/text.ts';
import { chance } from './format.ts';
import type { Heat } from './heat-map.ts';

/** What is on a card. */
export interface Card {
  image: HTMLCanvasElement;
  heat?: Heat;
  /** Above the answers, where the model is not sure of them; or ''. */
  heading: string;
  answers: Prediction[];
  /** The image's author and licence, where they must be named. */
  credit?: string;
}

/** Draws an image with its heat map and, below, its predictions and the page's address, in the page's colours, as a JPEG file. */
export async function makeCard(card: Card): Promise<File> {
  const type = 'image/jpeg';
  const canvas = document.createElement('canvas');
  drawCard(canvas, card);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, 0.92));
  canvas.width = canvas.height = 0; // frees its memory now, not at some garbage collection
  if (!blob) throw new Error(`this browser could not write ${type}`);
  return new File([blob], `${fileName(card)}.jpg`, { type });
}

/** Downloads a file. */
export function download(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The download reads it later, and no event says when it has.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** "depthwise-peacock-2025-03-01-14-05-09", or "depthwise-not-sure-" and so on. */
function fileName({ heading, answers: [best] }: Card): string {
  const label = (heading ? 'not-sure' : (best?.label ?? ''))
    .normalize('NFKD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-');
  const now = new Date();
  const local = new Date(now.getTime() - 60_000 * now.getTimezoneOffset()).toISOString();
  return ['depthwise', label.replace(/^-|-$/g, ''), local.slice(0, 19).replace(/[T:]/g, '-')].filter(Boolean).join('-');
}

/** The image, the heading, five rows of label, bar and percentage, and where the card comes from. */
function drawCard(canvas: HTMLCanvasElement, { image, heat, heading, answers, credit }: Card): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`);

  // A small or narrow image is enlarged, so that the text has room.
  const scale = Math.max(1, 720 / image.width);
  const w = Math.round(image.width * scale);
  const h = Math.round(image.height * scale);
  const unit = w / 36;
  const head = heading ? 1.5 * unit : 0;
  const first = 3.4 * unit;
  const row = 1.9 * unit;
  const foot = (credit ? 2.6 : 1.5) * unit;
  canvas.width = w;
  canvas.height = Math.round(h + unit + head + first + row * Math.max(0, answers.length - 1) + foot + unit / 2);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no 2D canvas');

  context.fillStyle = colour('paper');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.filter = heat ? 'grayscale(1)' : 'none'; // as on the page, where supported
  context.drawImage(image, 0, 0, w, h);
  context.filter = 'none';
  if (heat) {
    const { left, top, width, height } = heat.box;
    context.drawImage(heat.canvas, w * left, h * top, w * width, h * height);
  }

  const left = 1.25 * unit;
  const right = w - left;
  const write = (words: string, x: number, y: number, size: number, weight: number, ink: string, room = w) => {
    context.font = `${weight} ${size}px ${style.fontFamily}`;
    context.fillStyle = ink;
    const fitting = shorten(context, words, room);
    context.fillText(fitting, x, y);
    return context.measureText(fitting).width;
  };
  context.textBaseline = 'alphabetic';
  let y = h + unit + head;
  write(heading, left, y - 0.4 * unit, 0.85 * unit, 400, colour('quiet'), right - left);
  for (const [place, { label, probability }] of answers.entries()) {
    const size = place === 0 ? 1.6 * unit : 0.95 * unit;
    const bar = place === 0 ? 0.5 * unit : 0.25 * unit;
    const line = y + size;
    const share = chance(probability);
    context.textAlign = 'right';
    write(share, right, line, place === 0 ? 1.1 * unit : size, 500, colour(place === 0 ? 'ink' : 'quiet'));
    const room = right - left - context.measureText(share).width - unit;
    context.textAlign = 'left';
    write(label, left, line, size, place === 0 ? 700 : 400, colour('ink'), room);
    const under = line + 0.42 * unit;
    for (const [part, name] of [
      [1, 'track'],
      [probability, 'accent'],
    ] as const) {
      context.fillStyle = colour(name);
      context.beginPath();
      context.roundRect(left, under, Math.max(bar, part * (right - left)), bar, bar / 2);
      context.fill();
    }
    y += place === 0 ? first : row;
  }
  const small = 0.7 * unit;
  const last = canvas.height - unit;
  if (credit) write(credit, left, last - 1.1 * unit, small, 400, colour('quiet'), right - left);
  context.textAlign = 'right';
  const taken = write(address(), right, last, small, 500, colour('ink'), right - left);
  context.textAlign = 'left';
  write(text.card.by, left, last, small, 400, colour('quiet'), right - left - taken - unit);
}

/** The page's own address, without what is in its hash. */
const address = () => location.origin + location.pathname;

/** The words, or as much of them as fits and "…". */
function shorten(context: CanvasRenderingContext2D, words: string, room: number): string {
  if (context.measureText(words).width <= room) return words;
  let end = words.length;
  while (end > 1 && context.measureText(`${words.slice(0, end)}…`).width > room) end--;
  return `${words.slice(0, end).trimEnd()}…`;
}
