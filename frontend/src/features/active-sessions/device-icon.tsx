import { isHandheld } from './device-name.ts';

/** A drawing of a phone or of a computer. The name beside it says the same. */
export function DeviceIcon({ userAgent }: { userAgent: string | null | undefined }) {
  return (
    <svg className="device-icon" viewBox="0 0 24 24" aria-hidden="true">
      {isHandheld(userAgent) ? (
        <>
          <rect x="7" y="2.5" width="10" height="19" rx="2" />
          <path d="M11 18.5h2" />
        </>
      ) : (
        <>
          <rect x="3" y="4" width="18" height="12" rx="1.5" />
          <path d="M8 20h8M12 16v4" />
        </>
      )}
    </svg>
  );
}
