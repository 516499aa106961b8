const context = document.createElement('canvas').getContext('2d');

/** The letters of a name, and of the figure beside it, in rem; as in grid.css. */
const SIZE = 0.8125;
/** The gap between the two, in rem. */
const GAP = 0.5;

/** Cuts names in their middle so that they fit beside their figures. */
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
    const all = [...name];
    let letters = all.length;
    let short = name;
    for (let is = width(short); is > room && letters > 3; is = width(short)) {
      letters = Math.max(3, Math.min(letters - 1, Math.ceil((letters * room) / is)));
      // The end has most of what is left: the number and the extension.
      const start = Math.floor((letters - 1) / 3);
      short = `${all.slice(0, start).join('')}…${all.slice(start + 1 - letters).join('')}`;
    }
    return short;
  }
}

/** Digits may be a little wider on the page, where they are all of one width. */
const width = (words: string): number => 1.02 * (context?.measureText(words).width ?? 0);
