/** Sizes in CSS pixels. */
export interface WallLayout {
  readonly columns: number;
  readonly rows: number;
  /** How many times the wall turns to show all. */
  readonly pages: number;
}

/** In less, the figures are too small to be read from 5 m. */
const SMALLEST_TILE = { width: 300, height: 220 };
/** A tile of this shape uses its place best. */
const BEST_RATIO = 1.5;

/** The largest tiles that `count` campaigns, 1 or more, can have on a wall of this size. */
export function layOutWall(count: number, width: number, height: number): WallLayout {
  const mostColumns = Math.max(1, Math.floor(width / SMALLEST_TILE.width));
  const mostRows = Math.max(1, Math.floor(height / SMALLEST_TILE.height));
  const pages = Math.ceil(count / (mostColumns * mostRows));
  const perPage = Math.ceil(count / pages);
  const grids = Array.from({ length: mostColumns }, (_, index) => ({
    columns: index + 1,
    rows: Math.ceil(perPage / (index + 1)),
  })).filter(({ rows }) => rows <= mostRows);
  const sizeOf = ({ columns, rows }: { columns: number; rows: number }): number =>
    Math.min(width / columns / BEST_RATIO, height / rows);
  const best = grids.reduce((found, grid) => (sizeOf(grid) > sizeOf(found) ? grid : found));
  return { ...best, pages };
}
