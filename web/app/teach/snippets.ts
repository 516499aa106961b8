// Code that uses a model that was taught, as text for the page to show.

/** Markup as text: a class may have any name. */
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

/** A few lines that load a file and ask it about an image. library is the address of the library's folder. */
export const callIt = (library: string, file: string): string => `import { load } from '${library}mobilenet.js';

const net = await load({ model: new URL(${JSON.stringify(file)}, location.href).href });
const { predictions, noneOfThese } = await net.classify(image);
console.log(noneOfThese ? 'none of these' : predictions[0].label);`;

/** A whole page that asks the file beside it about photos and the camera. */
export const wholePage = (library: string, file: string, name: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}</title>
<h1>${escaped(name)}</h1>
<p>
  <label>Photo: <input type="file" accept="image/*"></label>
  <button type="button">Use the camera</button>
</p>
<video muted playsinline width="320" hidden></video>
<output></output>
<script type="module">
  import { load } from '${library}mobilenet.js';

  // The model lies beside this page.
  const loading = load({ model: new URL(${JSON.stringify(file).replaceAll('<', '\\u003c')}, location.href).href });
  const input = document.querySelector('input');
  const button = document.querySelector('button');
  const video = document.querySelector('video');
  const output = document.querySelector('output');

  async function ask(image) {
    const net = await loading;
    const { predictions: [best], noneOfThese } = await net.classify(image);
    output.textContent = noneOfThese ? 'None of these' : \`\${best.label}: \${Math.round(100 * best.probability)}%\`;
  }

  input.addEventListener('change', () => ask(input.files[0]));
  button.addEventListener('click', async () => {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    video.hidden = false;
    await video.play();
    for (;;) {
      await ask(video);
      await new Promise(requestAnimationFrame);
    }
  });
</script>
</html>
`;
