import { LanguageSwitch } from './about/language.ts';
import type { TabLinks } from './header.ts';
import { text } from './text/text.ts';
import { element } from './ui/dom.ts';

/** What the page promises, and the way to what it is. */
export const pageFooter = (links: TabLinks): HTMLElement =>
  element('footer', {}, element('p', {}, text.footer.privacy), links, new LanguageSwitch());
