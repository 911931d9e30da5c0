/** Figures as text. */

/** With so many digits; a dash where there is no figure. */
export function digits(count: number): (value: number) => string {
  return (value) => (Number.isFinite(value) ? value.toFixed(count) : '–');
}

export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), `|${'---|'.repeat(titles.length)}`, ...rows.map(line)].join('\n');
}
