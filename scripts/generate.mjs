// `npm run generate`: the OpenAPI document from the backend's routes, and the frontend's types from the document.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cargo, DEBUG_BINARY, OPENAPI, openApiOf } from './run/build.mjs';
import { main, run, step } from './run/command.mjs';
import { install } from './run/install.mjs';
import { root } from './run/processes.mjs';

await main(async () => {
  await install();
  await step('Building the backend', () => cargo(['build']));
  await step(`Writing ${OPENAPI}`, async () => writeFile(path.join(root, OPENAPI), await openApiOf(DEBUG_BINARY)));
  await step("Writing the frontend's types", () => run('npm', ['run', '--silent', 'generate', '-w', 'frontend']));
});
