// What a blank page of the library's tests has on its globalThis: the library's exports (see library.mjs).
// The tests are checked against the library's own mobilenet.d.ts, as its users' code is.
type Library = typeof import('../../web/mobilenet/mobilenet.d.ts');
declare const load: Library['load'];
declare const MobileNetError: Library['MobileNetError'];
type LoadOptions = import('../../web/mobilenet/mobilenet.d.ts').LoadOptions;
type Crop = import('../../web/mobilenet/mobilenet.d.ts').Crop;
type CropBox = import('../../web/mobilenet/mobilenet.d.ts').CropBox;
type ClassifyOptions = import('../../web/mobilenet/mobilenet.d.ts').ClassifyOptions;
type Prediction = import('../../web/mobilenet/mobilenet.d.ts').Prediction;
type Source = import('../../web/mobilenet/mobilenet.d.ts').Source;
/** What pages have for teaching (tests/e2e/support/teaching.mjs). */
declare const teaching: import('../e2e/support/teaching.mjs').Teaching;
type Example = import('../../web/mobilenet/mobilenet.d.ts').Example;
type Head = import('../../web/mobilenet/mobilenet.d.ts').Head;
type TeachOptions = import('../../web/mobilenet/mobilenet.d.ts').TeachOptions;
