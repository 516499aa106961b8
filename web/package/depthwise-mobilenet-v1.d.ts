// What index.ts imports by the name of its package.

declare module '@depthwise/mobilenet-v1' {
  const model: import('./mobilenet-v1/index.d.ts').PackagedModel;
  export default model;
}
