// Small signs: paths in a field of 16 by 16, drawn white on a coloured ground.

const GLYPHS = {
  litter: "M5 6h6l-.7 7H5.700zM4 4h2.500l.6-1.400h1.800l.6 1.400H12v1.300H4z",
  noise: "M3 6.500h2.200L8 4v8l-2.800-2.500H3zM9.500 6q1.600 2 0 4l-.9-.8q.9-1.200 0-2.400zM11.300 4.500q2.800 3.500 0 7l-.9-.8q2-2.700 0-5.400z",
  traffic: "M3 9.500 4.300 6Q4.600 5 5.700 5h4.600q1.100 0 1.400 1L13 9.500V12h-1.600v-1H4.600v1H3zM5 8.500h6l-.8-2.200H5.800z",
  energy: "M9 2.500 4.500 9H7.500L6.800 13.500 11.500 7H8.500z",
  loneliness: "M8 3.200a1.900 1.900 0 1 1 0 3.800 1.900 1.900 0 0 1 0-3.800zM4.800 13q0-5.200 3.200-5.200T11.200 13z",
  design: "M3 3h4.200v4.200H3zM8.800 3H13v4.200H8.800zM3 8.800h4.200V13H3zM9.200 9.900l1-1 3.100 3.100-1 1z",
  neglect: "M7.300 13V9.500Q4 9.500 3.500 6 7 6 7.500 8.300 8 4.500 12.500 4 12 8.500 8.700 9V13z",
  youth: "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM8 5.800 6 7.300l.8 2.300h2.400l.8-2.300z",
  paving: "M3 4h4.600v3H3zM8.600 4H13v3H8.600zM3 8h2.300v3H3zM6.300 8h5v3h-5zM12.300 8H13v3h-.7z",
  green: "M8 2.500a3.500 3.500 0 0 1 2.900 5.500Q12 9 11 10.500 10 11.300 8.700 10.800V13.500H7.300V10.800Q6 11.300 5 10.500 4 9 5.100 8A3.500 3.500 0 0 1 8 2.500z",
  lighting: "M5 3h6l1.500 4.500h-9zM7.300 8.300h1.400v5.200H7.300z",
  seed: "M8 12.500q-2.200-.6-2.200-3.100T8 6.300q2.200.6 2.200 3.100T8 12.500zM7.500 6q0-2 2.300-2.500Q9.600 5.500 7.500 6z",
  waiting: "M4.500 3h7v1.600L9 8l2.500 3.400V13h-7v-1.600L7 8 4.500 4.600z",
  working: "M3.500 12.500Q3 5.500 12.500 3.500 12.500 12 6 11.300L4.600 12.900zM5.500 10.700 9.500 6.600l-.6-.5z",
  continuing: "M8 2.800a2 2 0 0 1 2 2q0 .4-.1.8l.6-.1a2 2 0 1 1 0 4l-.5-.1.1.7a2.100 2.100 0 1 1-4.200 0l.1-.7-.5.1a2 2 0 1 1 0-4l.6.1-.1-.8a2 2 0 0 1 2-2zM8 6.500a1.200 1.200 0 1 0 0 2.400 1.200 1.200 0 0 0 0-2.400z",
  ended: "M4.500 3.500 8 7l3.500-3.500 1 1L9 8l3.500 3.500-1 1L8 9l-3.500 3.500-1-1L7 8 3.500 4.500z",
  school: "M8 2.500 14 6v1H2V6zM3 7.800h10V13H9.500v-3h-3v3H3z",
  club: "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM8 5.800 6 7.300l.8 2.300h2.400l.8-2.300z",
  centre: "M8 13.200Q2.500 9.500 2.500 6.300 2.600 3.600 5 3.500 7 3.500 8 5.400 9 3.500 11 3.500q2.400.1 2.500 2.800 0 3.200-5.500 6.900z",
  official: "M8 2.500a2.300 2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600zM3.800 13.500Q3.800 7.900 8 7.900t4.200 5.600z",
};
export const GLYPH_OF_STATE = { gathering: "seed", waiting: "waiting", working: "working", continuing: "continuing", done: "continuing", disappointed: "ended", withered: "ended" };
const drawnGlyphs = {};

export function glyph(ctx, name, x, y, size, colour) {
  const path = (drawnGlyphs[name] ||= new Path2D(GLYPHS[name] || GLYPHS.ended));
  ctx.save();
  ctx.translate(x - size / 2, y - size / 2);
  ctx.scale(size / 16, size / 16);
  ctx.fillStyle = colour;
  ctx.fill(path, "evenodd");
  ctx.restore();
}

/** A sign once drawn is kept as a small picture: copying it is much faster than drawing. */
const stamps = new Map();
export function stamp(key, size, ratio, draw) {
  const name = `${key}|${Math.round(size * 4)}|${ratio}`;
  let kept = stamps.get(name);
  if (!kept) {
    if (stamps.size > 600) stamps.clear();
    const edge = Math.ceil(size + 4);
    kept = document.createElement("canvas");
    kept.width = kept.height = Math.ceil(edge * ratio);
    const ctx = kept.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.translate(edge / 2, edge / 2);
    draw(ctx, size);
    kept.edge = edge;
    stamps.set(name, kept);
  }
  return kept;
}

export function drawStamp(ctx, picture, x, y) {
  ctx.drawImage(picture, x - picture.edge / 2, y - picture.edge / 2, picture.edge, picture.edge);
}
