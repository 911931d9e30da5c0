import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AdapterPayload } from 'oidc-provider';

export type Entry = { model: string; payload: AdapterPayload; expiresAt: number };
export type Entries = Map<string, Entry>;

/**
 * The records on disk: one line for each change. The line is written before the request is answered, so a process that
 * is killed loses at most a change that no client has seen.
 */
export class Journal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Returns the records as they were after the last complete line. */
  read(): Entries {
    const entries: Entries = new Map();
    const lines = existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n') : [];
    for (const [key, entry] of lines.flatMap(parsed)) {
      if (entry) entries.set(key, entry);
      else entries.delete(key);
    }
    return entries;
  }

  /** Adds a change; without an entry, the record is deleted. */
  append(key: string, entry?: Entry): void {
    appendFileSync(this.#file, toLine(key, entry), { mode: 0o600 });
  }

  /** Replaces the file: a reader finds the old one or the new one, complete. */
  rewrite(entries: Entries): void {
    const draft = `${this.#file}.draft`;
    writeFileSync(draft, [...entries].map(([key, entry]) => toLine(key, entry)).join(''), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

const toLine = (key: string, entry?: Entry) => `${JSON.stringify([key, entry])}\n`;

/** A line that was cut off is no JSON, and left out. */
function parsed(line: string): [string, Entry?][] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
