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

/** A block of MobileNetV2: a map of side × side reads input channels, holds expansion times as many inside, and gives output channels. */
export interface BlockSize {
  side: number;
  input: number;
  output: number;
  expansion: number;
  kernel: number;
  stride: number;
}

/** How many channels the block has inside. */
export const insideOf = ({ input, expansion }: BlockSize): number => input * expansion;

/** The side of a map after a stride, padded as SAME. */
export const strided = ({ side, stride }: BlockSize): number => Math.ceil(side / stride);

/** What MobileNetV2's block costs (arXiv 1801.04381, section 3.3), step by step. At an expansion of 1 there is nothing to expand. */
export function blockCost(size: BlockSize): { expand: Cost; filter: Cost; project: Cost } {
  const { side, input, output, expansion, kernel } = size;
  const inside = insideOf(size);
  const step = (parameters: number, df: number): Cost => ({ parameters, multiplyAdds: parameters * df * df });
  return {
    expand: step(expansion > 1 ? input * inside : 0, side),
    filter: step(kernel * kernel * inside, strided(size)),
    project: step(inside * output, strided(size)),
  };
}

/** Whether the block adds its input to its output. */
export const isResidual = ({ input, output, stride }: BlockSize): boolean => stride === 1 && input === output;
