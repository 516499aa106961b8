/**
 * Where a package's file is that a URL of the package's code leads to. Vite's development server moves the code of packages to a
 * folder of its own, as node_modules/.vite/deps, but not the files beside it; it serves the package's folder all the same.
 */
export const unmoved = ({ href }: URL, name: string) =>
  new URL(href.replace(/(\/node_modules\/)\.[^?#]*\/deps[^/]*\/(assets\/[^?#]*)$/, `$1${name}/$2`));
