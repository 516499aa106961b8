import vue from '@vitejs/plugin-vue';

const isCustomElement = (tag) => tag === 'mobilenet-classifier';
export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };
