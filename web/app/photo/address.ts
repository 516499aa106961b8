import { PageError } from '../ui/problem.ts';

/** Fetches a file by its URL, relative to the page. The page's content security policy allows only its own origin. */
export async function fetchPhoto(address: string, signal?: AbortSignal): Promise<File> {
  const url = parse(address);
  if (url.origin !== location.origin && !['data:', 'blob:'].includes(url.protocol)) {
    throw new PageError('address-elsewhere');
  }
  const response = await fetch(url, { signal }).catch((error) => {
    if (signal?.aborted) throw error;
    return undefined;
  });
  if (!response?.ok) throw new PageError('address-failed', `${url.href}: ${response?.status ?? 'no answer'}`);
  const blob = await response.blob();
  const name = url.protocol === 'data:' ? '' : decodeURI(url.pathname.split('/').pop() ?? '');
  return new File([blob], name, { type: blob.type });
}

function parse(address: string): URL {
  try {
    return new URL(address, document.baseURI);
  } catch {
    throw new PageError('address-elsewhere', address);
  }
}
