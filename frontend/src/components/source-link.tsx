import type { ReactNode } from 'react';
import { sourceUrl } from '../lib/repository.ts';

/** Leads to a file of the repository, or names it where it is nowhere on the web. */
export function SourceLink({ path, children }: { path: string; children: ReactNode }) {
  const url = sourceUrl(path);
  return (
    <>
      {url ? <a href={url}>{children}</a> : children} <code className="hint">{path}</code>
    </>
  );
}
