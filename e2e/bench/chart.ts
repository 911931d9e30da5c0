/** The bar chart of docs/benchmarks.md: what is left of the bare handler's requests per second. */
import type { Result } from './results.ts';
import type { Row } from './rows.ts';

const [LABELS, BARS, VALUES] = [300, 360, 60]; // widths
const [TOP, ROW, BAR] = [44, 30, 18];

const FILL: { [kind in Row['kind']]: string } = { bare: 'quiet', ceiling: 'ceiling', ours: 'ours', stock: 'stock' };

/** Draws it; colours follow the reader's light or dark scheme. */
export function chart(all: readonly Result[]): string {
  const [width, height] = [LABELS + BARS + VALUES, TOP + all.length * ROW + 12];
  const title = "Requests per second, as a share of the bare handler's";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${title}</title>
<style>
  :root { --paper: #ffffff; --ink: #1f2328; --line: #d1d9e0; --quiet: #8c959f; --ceiling: #57606a; --ours: #0969da; --stock: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    :root { --paper: #0d1117; --ink: #f0f6fc; --line: #3d444d; --quiet: #6e7681; --ceiling: #9198a1; --ours: #4493f8; --stock: #db6d28; }
  }
  text { font: 14px system-ui, sans-serif; fill: var(--ink); }
  .title { font-weight: 600; }
  .paper { fill: var(--paper); }
  .scale { stroke: var(--line); }
${Object.values(FILL)
  .map((name) => `  .${name} { fill: var(--${name}); }`)
  .join('\n')}
</style>
<rect class="paper" width="${width}" height="${height}" rx="6"/>
<text class="title" x="12" y="24">${title}</text>
<path class="scale" d="M${LABELS} ${TOP - 8}V${height - 10}M${LABELS + BARS} ${TOP - 8}V${height - 10}"/>
${all.map(bar).join('\n')}
</svg>
`;
}

function bar({ row, ofBare }: Result, index: number): string {
  const y = TOP + index * ROW;
  const share = Number.isFinite(ofBare) ? ofBare : 0;
  const length = Math.round(Math.min(share, 1) * BARS);
  const value = share > 0 ? share.toFixed(2) : '–';
  const middle = y + BAR / 2 + 5;
  return `<text x="12" y="${middle}">${row.name.replaceAll('`', '')}</text>
<rect class="${FILL[row.kind]}" x="${LABELS}" y="${y}" width="${length}" height="${BAR}" rx="2"/>
<text x="${LABELS + length + 8}" y="${middle}">${value}</text>`;
}
