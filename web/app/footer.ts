import { LanguageSwitch } from './about/language.ts';
import type { TabLinks } from './header.ts';
import { PrivacyLine } from './offline/privacy-line.ts';
import { element } from './ui/dom.ts';

/** What the page promises, and the way to what it is. */
export const pageFooter = (links: TabLinks): HTMLElement =>
  element('footer', {}, new PrivacyLine(), links, new LanguageSwitch());
