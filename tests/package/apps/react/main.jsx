import 'depthwise/element';
import { useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

function App() {
  const classifier = useRef(null);
  const [src, setSrc] = useState('photo.png');
  const [count, setCount] = useState(3);
  const [answer, setAnswer] = useState('');
  const show = ({ predictions }) => setAnswer(`${predictions[0].label} of ${predictions.length}`);
  async function again() {
    const photo = await (await fetch('photo.png')).blob();
    const { predictions } = await classifier.current.classify(photo);
    setAnswer(`again ${predictions[0].label}`);
  }
  return (
    <>
      <mobilenet-classifier
        ref={classifier}
        src={src}
        topK={count}
        crop="square"
        onpredictions={(event) => show(event.detail)}
        onerror={(event) => setAnswer(`error ${event.error.code}`)}
      />
      <button type="button" onClick={() => setCount(2)}>
        Two
      </button>
      <button type="button" onClick={() => setSrc('index.html')}>
        No photo
      </button>
      <button type="button" onClick={again}>
        Again
      </button>
      <output>{answer}</output>
    </>
  );
}

createRoot(document.querySelector('#app')).render(<App />);
