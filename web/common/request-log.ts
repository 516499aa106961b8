/** The tab's icon: some browsers ask for it again, or look it up in their cache, whenever the page's address changes. */
const icon = typeof document === 'undefined' ? undefined : document.querySelector<HTMLLinkElement>('link[rel="icon"]');

/**
 * The network requests of the page or worker that makes it, by the browser's own timeline. What stays on the device (blob: and
 * data: URLs) does not count, nor does the tab's icon.
 */
export class RequestLog {
  /** When each began, in ms since 1970. */
  #begun: number[] = [];
  #observer: PerformanceObserver;

  /** added is called when there are new ones. */
  constructor(added = () => {}) {
    this.#observer = new PerformanceObserver((list) => {
      this.#add(list.getEntries());
      added();
    });
    this.#observer.observe({ type: 'resource', buffered: true });
  }

  /** How many began at that moment, in ms since 1970, or later. */
  since(moment: number): number {
    this.#add(this.#observer.takeRecords());
    return this.#begun.filter((begun) => begun >= moment).length;
  }

  #add(entries: PerformanceEntryList): void {
    for (const { name, startTime } of entries) {
      if (/^https?:/.test(name) && name !== icon?.href) this.#begun.push(performance.timeOrigin + startTime);
    }
  }
}
