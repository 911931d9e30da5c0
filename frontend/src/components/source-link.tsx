import type { ReactNode } from 'react';
import { sourceUrl } from '../lib/repository.ts';

/** A link to a file of the repository; just its path if the repository has no web address. */
export function SourceLink({ path, children }: { path: string; children: ReactNode }) {
  const url = sourceUrl(path);
  return (
    <>
      {url ? (
        <a className="source-link" href={url}>
          {children}
        </a>
      ) : (
        children
      )}{' '}
      <code className="hint">{path}</code>
    </>
  );
}
