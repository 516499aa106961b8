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
