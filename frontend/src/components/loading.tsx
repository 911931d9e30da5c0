import './loading.css';

/** A spinner that stays invisible for the first moments: answers that come quickly cause no flash. */
export function Loading({ label = 'Loading' }: { label?: string }) {
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {label}…
    </p>
  );
}
