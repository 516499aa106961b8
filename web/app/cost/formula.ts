// The paper's arithmetic of one layer (arXiv 1704.04861, section 3.1), as core/mobilenet/cost.go has it: square kernels of side
// dk read m channels and make n, each a feature map of df×df.

export interface Cost {
  parameters: number;
  multiplyAdds: number;
}

export interface LayerSize {
  dk: number;
  m: number;
  n: number;
  df: number;
}

/** A standard convolution: Dk²·M·N weights, each used DF² times. */
export function standardCost({ dk, m, n, df }: LayerSize): Cost {
  const parameters = dk * dk * m * n;
  return { parameters, multiplyAdds: parameters * df * df };
}

/** A depthwise separable one: Dk²·M weights to filter each channel by itself, M·N to mix them, each used DF² times. */
export function separableCost({ dk, m, n, df }: LayerSize): Cost {
  const parameters = dk * dk * m + m * n;
  return { parameters, multiplyAdds: parameters * df * df };
}

/** The second divided by the first: 1/N + 1/Dk². */
export const reduction = ({ dk, n }: LayerSize): number => 1 / n + 1 / (dk * dk);
