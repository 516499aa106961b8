// Installs the tools and the package before the tests, whose files then need not wait for one another.
import { prepare } from './support/store.mjs';

prepare();
