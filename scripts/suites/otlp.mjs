// Traces by OpenTelemetry: the backend with the feature that no other suite builds.
import { cargoTest } from './rust.mjs';

/** Builds it, which Clippy looks at meanwhile, and runs its tests. */
export function otlp() {
  return cargoTest(['--features', 'otlp', '--test', 'otlp']);
}
