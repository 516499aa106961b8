// The database of what is taught, which the panel, the models of the page and "Remove everything" share.

import { Database } from './database.ts';
import { KeptTables } from './kept.ts';
import { Projects } from './projects.ts';

const database = new Database();

export const tables = new KeptTables(database);
export const projects = new Projects(tables);

/** Deletes all that was taught. */
export async function forgetTaught(): Promise<void> {
  tables.drop();
  await database.forget();
  projects.reset();
}

/** About how many bytes of this device all of it takes. */
export async function taughtBytes(): Promise<number> {
  const rows = tables.read(['examples', 'models'], async (rows) => [
    ...(await rows.all('examples')).map(({ bytes, vectors = 0 }) => bytes + vectors),
    ...(await rows.all('models')).map(({ size }) => size),
  ]);
  return (await rows.catch(() => [])).reduce((sum, bytes) => sum + bytes, 0);
}
