/** The goals of this project, and their results. */
import { digits, table } from './markdown.ts';

export interface Goal {
  /** A sentence without its figures. */
  text: string;
  goal: string;
  /** `NaN` when it was not measured; then it is not met. */
  measured: number;
  isMet: boolean;
}

export function atLeast(text: string, goal: number, measured: number): Goal {
  return { text, goal: `at least ${goal}`, measured, isMet: measured >= goal };
}

export function atMost(text: string, goal: number, measured: number): Goal {
  return { text, goal: `at most ${goal}`, measured, isMet: measured <= goal };
}

export const GOAL_TITLES = ['goal', '', 'measured', ''];

/** A table, and a sentence that sums it up. */
export function verdict(goals: readonly Goal[]): string {
  const mark = ({ isMet, measured }: Goal) => (Number.isNaN(measured) ? '–' : isMet ? '✓' : '✗');
  const rows = goals.map((goal) => [goal.text, goal.goal, digits(2)(goal.measured), mark(goal)]);
  return `${table(GOAL_TITLES, rows)}\n\n**${sentence(goals)}**`;
}

function sentence(goals: readonly Goal[]): string {
  const missed = goals.filter(({ isMet, measured }) => !isMet && !Number.isNaN(measured)).length;
  const open = goals.filter(({ measured }) => Number.isNaN(measured)).length;
  if (missed + open === 0) return 'Every goal is met.';
  return `Of ${goals.length} goals, ${missed} are missed and ${open} were not measured.`;
}
