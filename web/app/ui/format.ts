import { language } from '../text/text.ts';

/** The browser's own variant of the page's language (en-GB for en), so that numbers are formatted as the person expects. */
const locale = navigator.languages.find((tag) => tag.split('-', 1)[0] === language) ?? language;

const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
const unit = (name: string, options: Intl.NumberFormatOptions) => number({ style: 'unit', unit: name, ...options });

const whole = number({});
const share = number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const roundShare = number({ style: 'percent', maximumFractionDigits: 0 });
const short = number({ notation: 'compact', maximumSignificantDigits: 3 });
const twoDecimals = number({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const megabytes = unit('megabyte', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const milliseconds = unit('millisecond', { maximumFractionDigits: 0 });
const fineMilliseconds = unit('millisecond', { maximumFractionDigits: 1 });
const shortMilliseconds = unit('millisecond', { maximumSignificantDigits: 2 });
const hundredthMilliseconds = unit('millisecond', { maximumFractionDigits: 2 });
const spans = (['second', 'minute', 'hour'] as const).map((name) =>
  unit(name, { unitDisplay: 'long', maximumSignificantDigits: 2 }),
);

/** A file's name cut in its middle where it is longer than that: what tells files apart is mostly at the ends. */
export function shortName(name: string, most = 40): string {
  const letters = [...name];
  if (letters.length <= most) return name;
  const end = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - end).join('')}…${letters.slice(-end).join('')}`;
}

export const count = (n: number): string => whole.format(n);
/** A share of 0..1 as a percentage with one decimal; what would round to zero is "<0.1%". */
export const percent = (part: number): string => (part < 0.0005 ? `<${share.format(0.001)}` : share.format(part));
/** A probability as a percentage with one decimal. The model is certain of nothing: at most ">99.9%". */
export const chance = (probability: number): string =>
  probability >= 0.9995 ? `>${share.format(0.999)}` : percent(probability);
/** Bytes as megabytes of a million bytes, as download pages count. */
export const bytes = (n: number): string => megabytes.format(n / 1e6);
/** A number of pixels in megapixels, rounded up to a tenth. */
export const megapixels = (pixels: number): string => whole.format(Math.ceil(pixels / 1e5) / 10);
/** A duration in ms, with a decimal below 20 ms. */
export const duration = (ms: number): string => (ms < 20 ? fineMilliseconds : milliseconds).format(ms);
/** A short duration in two digits, to the hundredth at most: "12 ms", "0.13 ms". */
export const shortDuration = (ms: number): string => (ms < 0.1 ? hundredthMilliseconds : shortMilliseconds).format(ms);
/** A large number in three digits, "3.54M". */
export const compact = (n: number): string => short.format(n);
/** A width multiplier, "0.50". */
export const hundredths = (n: number): string => twoDecimals.format(n);
/** A number with so many significant digits. */
export const decimal = (n: number, digits: number): string =>
  number({ maximumSignificantDigits: digits }).format(n).replace('-', '−');
/** A share of 0..1 as a percentage without decimals. */
export const wholePercent = (part: number): string => roundShare.format(part);
/** A duration in ms as people say it: "12 seconds", "3.5 minutes". */
export function span(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const power = seconds < 90 ? 0 : seconds < 5400 ? 1 : 2;
  return (spans[power] as Intl.NumberFormat).format(seconds / 60 ** power);
}
