import type { Role } from '../lib/api/types.ts';

export function RoleList({ roles }: { roles: Role[] }) {
  if (roles.length === 0) return <span className="hint">none</span>;
  return (
    <ul className="tags" aria-label="Roles">
      {roles.map((role) => (
        <li key={role.id} title={role.name}>
          {role.displayName}
        </li>
      ))}
    </ul>
  );
}
