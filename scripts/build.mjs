// `npm run build`: target/release/backend and frontend/dist.
import { install } from './machine/install.mjs';
import { build } from './run/build.mjs';
import { main } from './run/command.mjs';

await main(async () => {
  await install();
  await build();
});
