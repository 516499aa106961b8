import { LanguageSwitch } from './about/language.ts';
import { about } from './panels.ts';
import { text } from './text/text.ts';
import { element } from './ui/dom.ts';

/** What the page promises, and the way to what it is. */
export function pageFooter(): HTMLElement {
  const { privacy } = text.footer;
  return element(
    'footer',
    {},
    element('p', {}, privacy),
    element('a', { href: `#${about.id}` }, about.title),
    new LanguageSwitch(),
  );
}
