// Styles that come with a chunk of their own: web/build gives a script the text of the CSS that it imports.

declare module '*.css' {
  const css: string;
  export default css;
}
