// `npm run check:rust-lints`: what Clippy says of the backend, its tests and its examples.
import { cargo, linted } from '../run/cargo.mjs';
import { main } from '../run/command.mjs';

await main(() => cargo(['test', '--no-run', '--locked'], { env: linted }));
