import { load } from 'depthwise';
import { MobileNetClassifier } from 'depthwise/element';
import Classifier from './classifier';

// A component of the server: there it must be safe to import.
export default function Page() {
  return (
    <main>
      <h1>
        {typeof load} {typeof MobileNetClassifier}
      </h1>
      <Classifier />
    </main>
  );
}
