import { startProvider } from './server.ts';
import { optionsFromEnvironment } from './settings.ts';

const provider = await startProvider(optionsFromEnvironment(process.env));
console.log(`local provider listening on ${provider.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => provider.close());
