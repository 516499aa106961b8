import family from 'family';
import { sum } from '../ui/sum.ts';

/** One network of the family, as the sliders name it. */
export interface Member {
  alpha: number;
  resolution: number;
}

export interface MemberCost {
  /** By kind, in the order of family.kinds; without biases. */
  parameters: number[];
  multiplyAdds: number[];
  /** With standard convolutions in place of the depthwise separable ones. */
  standard: { parameters: number; multiplyAdds: number };
}

/** What core/mobilenet counts for a network; undefined outside the sliders' range. */
export function costOf({ alpha, resolution }: Member): MemberCost | undefined {
  const width = family.widths.find((w) => w.alpha === alpha);
  const at = family.resolutions.indexOf(resolution);
  if (!width || at < 0) return undefined;
  return {
    parameters: width.parameters,
    multiplyAdds: width.multiplyAdds[at] as number[],
    standard: { parameters: width.standard[0] as number, multiplyAdds: width.standard[1 + at] as number },
  };
}

/** Its multiply-adds, summed over all kinds. */
export const multiplyAddsOf = (member: Member): number | undefined => {
  const cost = costOf(member);
  return cost && sum(cost.multiplyAdds);
};

export const publishedOf = ({ alpha, resolution }: Member) =>
  family.published.find((row) => row.Alpha === alpha && row.Resolution === resolution);

export { family };
