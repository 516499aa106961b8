const SPACE = 'http://www.w3.org/2000/svg';

/** Creates an SVG element; strings become text. */
export function svg(
  name: string,
  attributes: Record<string, string | number> = {},
  ...children: (Node | string)[]
): SVGElement {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** The page's icon in the colour of the text around it. */
export const mark = (): SVGElement =>
  svg(
    'svg',
    { viewBox: '0 0 32 32', class: 'mark', 'aria-hidden': 'true' },
    svg('path', { d: 'M13 3h13a3 3 0 0 1 3 3v13' }),
    svg('path', { d: 'M8 8h13a3 3 0 0 1 3 3v13' }),
    svg('path', { d: 'M6 13h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V16a3 3 0 0 1 3-3z' }),
  );
