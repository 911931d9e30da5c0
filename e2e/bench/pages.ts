/** The section of docs/benchmarks.md about the pages. */
import { atLeast, type Goal, verdict } from './goals.ts';
import { digits, table } from './markdown.ts';
import { middle } from './results.ts';

/** The pages for Lighthouse, and the rounds: a figure is the median of its rounds. */
export const PAGES = ['/', '/session', '/profile', '/sessions'];
export const ROUNDS = 3;

export interface MeasuredPage {
  path: string;
  scores: number[];
  layoutShifts: number[];
}

export const PAGES_TITLES = ['page', 'performance', 'layout shift'];

export function pagesGoals(pages: readonly MeasuredPage[]): Goal[] {
  const of = (path: string) => pages.find((page) => page.path === path)?.scores ?? [Number.NaN];
  return PAGES.map((path) => atLeast(`\`${path}\`: performance`, 95, middle(of(path))));
}

export function pagesSection(pages: readonly MeasuredPage[]): string {
  const rows = pages.map(({ path, scores, layoutShifts }) => [
    `\`${path}\``,
    digits(0)(middle(scores)),
    digits(3)(middle(layoutShifts)),
  ]);
  return `What \`npm run bench -- pages\` printed last: Lighthouse's score for performance, of 100, on the slow phone and network
that it imitates; client-side sessions, somebody signed in, ${ROUNDS} rounds. A busy machine makes it worse.

${table(PAGES_TITLES, rows)}

${verdict(pagesGoals(pages))}`;
}
