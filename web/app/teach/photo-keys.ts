/**
 * The place of the photo to which a key leads from this place, among so many; -1 for none. With 0 columns they are in one line. A page is so
 * many rows, or in one line so many photos.
 */
export function photoAfter(key: string, place: number, among: number, columns: number, page: number): number {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page * (columns || 1),
    PageDown: page * (columns || 1),
    Home: -among,
    End: among,
  };
  const step = steps[key];
  if (!step || among === 0) return -1;
  const to = Math.min(among - 1, Math.max(0, place + step));
  // Up from the first row and down from the last there is nothing.
  const row = (at: number) => (columns ? Math.floor(at / columns) : 0);
  return (key === 'ArrowUp' || key === 'ArrowDown') && row(to) === row(place) ? place : to;
}
