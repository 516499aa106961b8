// Asks /api/bulk/, with the token that is kept in this browser until it is forgotten.
const place = 'depthwise bulk token';

export const token = {
  get: () => localStorage.getItem(place),
  set: (value: string) => localStorage.setItem(place, value),
  forget: () => localStorage.removeItem(place),
};

/** The Worker does not take the token. */
export class Refused extends Error {}

/** Gives the answer of a path below /api/bulk/. The error of one that is none says why, as the Worker does. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`/api/bulk/${path}`, {
    ...init,
    cache: 'no-store',
    headers: { Authorization: `Bearer ${token.get()}` },
  });
  if (response.ok) return response;
  if (response.status === 401) throw new Refused('The Worker does not take this token.');
  const problem = await response.json().catch(() => undefined);
  throw new Error(problem?.detail ?? `The Worker answered with status ${response.status}.`);
}

export const read = async (path: string, init?: RequestInit) => (await ask(path, init)).json();
