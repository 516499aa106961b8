import * as library from 'depthwise';
import * as core from 'depthwise/core';
import * as element from 'depthwise/element';

const failed = await library.load({ assets: 'nowhere/' }).catch(({ code, message }) => ({ code, message }));
const names = [library, core, element].map((module) => Object.keys(module).join(' '));
const wrong = await library.load({ assets: 'https://cdn.example/' }).catch(({ code }) => code);
console.log(JSON.stringify({ names, failed, wrong }));
