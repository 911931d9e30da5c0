// `npm run build`: target/release/backend and frontend/dist.
import { build } from './run/build.mjs';
import { main } from './run/command.mjs';
import { install } from './run/install.mjs';

await main(async () => {
  await install();
  await build();
});
