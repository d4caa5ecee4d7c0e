export type Point = readonly [x: number, y: number];

/** Corners of a rectangle: top left, top right, bottom right, bottom left, as text in it is read. */
export type Quad = readonly [Point, Point, Point, Point];

export interface RotatedRect {
  readonly corners: Quad;
  /** Length of the shorter side. */
  readonly shortSide: number;
}

function crossProduct(origin: Point, a: Point, b: Point): number {
  return (a[0] - origin[0]) * (b[1] - origin[1]) - (a[1] - origin[1]) * (b[0] - origin[0]);
}

function halfHull(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    for (;;) {
      const last = hull.at(-1);
      const beforeLast = hull.at(-2);
      if (!last || !beforeLast || crossProduct(beforeLast, last, point) > 0) break;
      hull.pop();
    }
    hull.push(point);
  }
  hull.pop();
  return hull;
}

/** Returns the convex hull (monotone chain), without points on its edges. */
function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const hull = [...halfHull(sorted), ...halfHull(sorted.toReversed())];
  return hull.length > 0 ? hull : sorted.slice(0, 1);
}

/** Orders four corners: the two left ones by height, then the two right ones. */
function orderCorners(corners: readonly Point[]): Quad {
  const [a = [0, 0], b = [0, 0], c = [0, 0], d = [0, 0]] = [...corners].sort((p, q) => p[0] - q[0]);
  const [topLeft, bottomLeft] = b[1] > a[1] ? [a, b] : [b, a];
  const [topRight, bottomRight] = d[1] > c[1] ? [c, d] : [d, c];
  return [topLeft, topRight, bottomRight, bottomLeft];
}

/** Returns the rectangle of smallest area around points. One of its sides lies on an edge of their hull. */
export function minAreaRect(points: readonly Point[]): RotatedRect {
  const hull = convexHull(points);
  let best: RotatedRect | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  hull.forEach((from, i) => {
    const to = hull[(i + 1) % hull.length] ?? from;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    // A single point has no direction; any will do.
    const [ux, uy] = hull.length > 1 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : [1, 0];
    const along = hull.map(([x, y]) => x * ux + y * uy);
    const across = hull.map(([x, y]) => y * ux - x * uy);
    const [a0, a1, b0, b1] = [
      Math.min(...along),
      Math.max(...along),
      Math.min(...across),
      Math.max(...across),
    ];
    const area = (a1 - a0) * (b1 - b0);
    if (area >= bestArea) return;
    bestArea = area;
    const toPoint = (a: number, b: number): Point => [a * ux - b * uy, a * uy + b * ux];
    best = {
      corners: orderCorners([toPoint(a0, b0), toPoint(a1, b0), toPoint(a1, b1), toPoint(a0, b1)]),
      shortSide: Math.min(a1 - a0, b1 - b0),
    };
  });
  if (!best) throw new Error('no points given');
  return best;
}

/** Moves the sides of a rectangle outwards by `distance`. */
export function expandRect(corners: Quad, distance: number): Quad {
  const [p, q, , s] = corners;
  const direction = (from: Point, to: Point): Point => {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    return [((to[0] - from[0]) / length) * distance, ((to[1] - from[1]) / length) * distance];
  };
  const [rightX, rightY] = direction(p, q);
  const [downX, downY] = direction(p, s);
  const move = ([x, y]: Point, right: number, down: number): Point => [
    x + right * rightX + down * downX,
    y + right * rightY + down * downY,
  ];
  return [move(corners[0], -1, -1), move(corners[1], 1, -1), move(corners[2], 1, 1), move(corners[3], -1, 1)];
}
