const worker = new Worker(new URL('./classify.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  document.querySelector('output').textContent = data;
};
worker.postMessage(document.querySelector('img').src);
