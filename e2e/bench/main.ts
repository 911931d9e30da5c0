/** `npm run bench`, and with `-- device`, `-- apis` or `-- scale`; with `--quick` only to see that it works. */
import { writeFileSync } from 'node:fs';
import { apisSection, apisTable, measureApis } from './apis.ts';
import { chart } from './chart.ts';
import { deviceGoals, deviceResults, deviceSection, deviceTable, measureDevice } from './device.ts';
import { CHART, writeSection } from './document.ts';
import { verdict } from './goals.ts';
import { results, speedGoals } from './results.ts';
import { measure, type Plan } from './rounds.ts';
import { measureScale, type ScalePlan } from './scale.ts';
import { scaleGoals, scaleSection, scaleTables } from './scale-report.ts';
import { speedSection, speedTable } from './speed-report.ts';
import { setUpStage } from './stage.ts';

interface Plans {
  speed: Plan;
  scale: ScalePlan;
}

const QUICK: Plans = {
  speed: { rounds: 2, seconds: 1, takeDisturbed: true },
  scale: { sessions: [100, 2_000, 5_000], entries: [10_000, 30_000], rounds: 1, seconds: 1 },
};
const FOR_THE_RECORD: Plans = {
  speed: { rounds: 7, seconds: 3, takeDisturbed: false },
  scale: { sessions: [1_000, 100_000, 1_000_000], entries: [1_000_000, 3_000_000], rounds: 5, seconds: 4 },
};

const isQuick = process.argv.includes('--quick');
const plans = isQuick ? QUICK : FOR_THE_RECORD;
if (process.argv.includes('scale')) await scale(plans.scale);
else if (process.argv.includes('device')) await device(plans.speed);
else if (process.argv.includes('apis')) await apis(plans.speed);
else await speed(plans.speed);
console.log(isQuick ? 'Figures of so few and short rounds are not for the record.' : 'Written to docs/benchmarks.md.');

async function speed(plan: Plan): Promise<void> {
  await using stage = await setUpStage();
  const measured = results(await measure(stage, plan));
  console.log(`\n${speedTable(measured)}\n\n${verdict(speedGoals(measured))}\n`);
  if (isQuick) return;
  writeSection('Speed', speedSection(measured, plan));
  writeFileSync(CHART, chart(measured));
}

async function device(plan: Plan): Promise<void> {
  const measured = deviceResults(await measureDevice(plan));
  console.log(`\n${deviceTable(measured)}\n\n${verdict(deviceGoals(measured))}\n`);
  if (!isQuick) writeSection('Device binding', deviceSection(measured, plan));
}

async function scale(plan: ScalePlan): Promise<void> {
  const measured = await measureScale(plan);
  console.log(`\n${scaleTables(measured)}\n\n${verdict(scaleGoals(measured))}\n`);
  if (!isQuick) writeSection('Scale', scaleSection(measured, plan));
}

async function apis(plan: Plan): Promise<void> {
  const measured = await measureApis(plan);
  console.log(`\n${apisTable(measured)}\n`);
  if (!isQuick) writeSection('APIs', apisSection(measured, plan));
}
