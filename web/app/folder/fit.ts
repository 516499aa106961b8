import { shortName } from '../ui/format.ts';

const context = document.createElement('canvas').getContext('2d');

/** The letters of a name, and of the figure beside it, in rem; as in grid.css. */
const SIZE = 0.8125;
/** The gap between the two, in rem. */
const GAP = 0.5;

/** What is cut of a name so that it fits beside its figure: its middle, for the end has the number and the extension. */
export class NameFit {
  /** The width of a cell in pixels. */
  cell = 0;
  #rem = 16;

  /** Takes the width of a cell, and the font. */
  measure(cell: number, rem: number, family: string): void {
    this.cell = cell;
    this.#rem = rem;
    if (context) context.font = `${SIZE * rem}px ${family}`;
  }

  cut(name: string, figure: string): string {
    const room = this.cell - GAP * this.#rem - width(figure);
    let letters = [...name].length;
    let short = name;
    for (let is = width(short); is > room && letters > 3; is = width(short)) {
      letters = Math.max(3, Math.min(letters - 1, Math.ceil((letters * room) / is)));
      short = shortName(name, letters);
    }
    return short;
  }
}

/** Digits may be a little wider on the page, where they are all of one width. */
const width = (words: string): number => 1.02 * (context?.measureText(words).width ?? 0);
