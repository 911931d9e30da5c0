import { Fact, Facts } from '../../components/facts.tsx';
import type { ProfileResponse } from '../../lib/api/types.ts';
import { formatMoment } from '../../lib/time.ts';

type Props = {
  profile: ProfileResponse;
  /** False for an earlier response that is shown during an outage. */
  isCurrent: boolean;
};

/** Response of the protected resource. */
export function ProfileResult({ profile, isCurrent }: Props) {
  return (
    <>
      {isCurrent && (
        <p role="status" className="notice">
          200, answered at <time dateTime={profile.fetchedAt}>{formatMoment(profile.fetchedAt)}</time>
        </p>
      )}
      <Facts>
        <Fact name="Locale">{profile.locale}</Fact>
        <Fact name="Time zone">{profile.zoneinfo}</Fact>
      </Facts>
      <details>
        <summary>Raw response</summary>
        <pre>{JSON.stringify(profile, null, 2)}</pre>
      </details>
    </>
  );
}
