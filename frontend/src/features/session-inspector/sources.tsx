import { SourceLink } from '../../components/source-link.tsx';

const sources = {
  'Kept in cookies': 'backend/src/session/stores/browser.rs',
  'Kept in SQLite': 'backend/src/session/stores/sqlite.rs',
  'Kept in Redis': 'backend/src/session/stores/redis.rs',
  'How its token is renewed': 'backend/src/session/refresh/mod.rs',
  'How this page knows of it': 'frontend/src/features/auth/auth-store.ts',
  'All of it, step by step': 'docs/architecture.md',
};

/** The files to read on in. */
export function Sources() {
  return (
    <ul className="sources">
      {Object.entries(sources).map(([title, path]) => (
        <li key={path}>
          <SourceLink path={path}>{title}</SourceLink>
        </li>
      ))}
    </ul>
  );
}
