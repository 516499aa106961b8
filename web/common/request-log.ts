/** The tab's icon: some browsers ask for it again, or look it up in their cache, whenever the page's address changes. */
const icon = typeof document === 'undefined' ? undefined : document.querySelector<HTMLLinkElement>('link[rel="icon"]');

/**
 * The network requests of the page or worker that makes it, by the browser's own timeline. What stays on the device (blob: and
 * data: URLs) does not count, nor does the tab's icon.
 */
export class RequestLog {
  /** When each began, in ms since 1970. */
  #requests: { url: string; begun: number }[] = [];
  #observer: PerformanceObserver | undefined;

  /** added is called when there are new ones. */
  constructor(added = () => {}) {
    if (typeof PerformanceObserver === 'undefined') return;
    this.#observer = new PerformanceObserver((list) => {
      this.#add(list.getEntries());
      added();
    });
    this.#observer.observe({ type: 'resource', buffered: true });
  }

  /** The URLs of those that began at that moment, in ms since 1970, or later. */
  since(moment: number): string[] {
    this.#add(this.#observer?.takeRecords() ?? []);
    return this.#requests.filter(({ begun }) => begun >= moment).map(({ url }) => url);
  }

  #add(entries: PerformanceEntryList): void {
    for (const { name: url, startTime } of entries) {
      if (!/^https?:/.test(url) || url === icon?.href) continue;
      this.#requests.push({ url, begun: performance.timeOrigin + startTime });
    }
  }
}
