import { sveltekit } from '@sveltejs/kit/vite';

const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
export default { plugins: [sveltekit()], preview: { headers } };
