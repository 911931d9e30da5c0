/** `npm run bench`: what a session costs at a request. With `--quick` only to see that it works. */
import { writeFileSync } from 'node:fs';
import { chart } from './chart.ts';
import { CHART, DOCUMENT, writeSection } from './document.ts';
import { speedSection, table, verdict } from './report.ts';
import { goals, results } from './results.ts';
import { measure, type Plan } from './rounds.ts';
import { setUpStage } from './stage.ts';

const QUICK: Plan = { rounds: 2, seconds: 1, takeDisturbed: true };
const FOR_THE_RECORD: Plan = { rounds: 7, seconds: 3, takeDisturbed: false };

const isQuick = process.argv.includes('--quick');
const plan = isQuick ? QUICK : FOR_THE_RECORD;
await using stage = await setUpStage();
const measured = results(await measure(stage, plan));
const reached = goals(measured);

console.log(`\n${table(measured)}\n\n${verdict(reached)}\n`);
if (isQuick) {
  console.log(`These figures are not for the record: the rounds are few and short, and disturbed ones count.`);
} else {
  writeSection('Speed', speedSection(measured, reached, plan));
  writeFileSync(CHART, chart(measured));
  console.log(`Written to ${DOCUMENT} and ${CHART}.`);
}
