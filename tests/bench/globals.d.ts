// What the pages leave for the runner (pages/contender.js, pages/depthwise.html, pages/peak.html).
interface Window {
  contender: {
    time(count: number): Promise<number[]>;
    peak(kernel: string, count: number): Promise<number>;
    profile(count: number): Promise<{ name: string; multiplyAdds: number; time: number }[]>;
  };
}

/** Its own types come with "make bench", which installs it; the linters do not. */
declare module 'flatbuffers';
