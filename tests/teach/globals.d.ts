/** Their own types come with "make teach", which installs them; the linters do not. */
declare module '@tensorflow/tfjs';
declare module '@tensorflow/tfjs-backend-wasm';
