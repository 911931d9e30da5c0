import { Fact, Facts } from '../../components/facts.tsx';
import { RoleList } from '../../components/role-list.tsx';
import type { ProfileResponse } from '../../lib/api/types.ts';
import { formatMoment } from '../../lib/time.ts';

export function ProfileAnswer({ profile }: { profile: ProfileResponse }) {
  return (
    <>
      <p role="status" className="notice notice-good">
        200, answered at <time dateTime={profile.fetchedAt}>{formatMoment(profile.fetchedAt)}</time>
      </p>
      <Facts>
        <Fact name="Name">{profile.name}</Fact>
        <Fact name="Email">{profile.email}</Fact>
        <Fact name="Locale">{profile.locale}</Fact>
        <Fact name="Time zone">{profile.zoneinfo}</Fact>
        <Fact name="Signed in through">{profile.identityProvider}</Fact>
        <Fact name="Roles">
          <RoleList roles={profile.roles} />
        </Fact>
      </Facts>
      <details>
        <summary>Raw response</summary>
        <pre>{JSON.stringify(profile, null, 2)}</pre>
      </details>
    </>
  );
}
