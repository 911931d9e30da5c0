import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { FailureNotice } from '../../components/failure-notice.tsx';
import { outageMessage } from '../../lib/api/outage-message.ts';
import type { Preferences } from '../../lib/api/types.ts';
import { useSessionEvent } from '../../lib/use-session-event.ts';
import { fetchPreferences, savePreferences } from './preferences-api.ts';
import './preferences-card.css';

const themes = { system: 'As the system', light: 'Light', dark: 'Dark' };
const maxReminder = 280;

/** The application's own data in the session: a theme and a reminder, the same in every tab. */
export function PreferencesCard({ handle }: { handle: string }) {
  const queryKey = ['preferences', handle];
  const queryClient = useQueryClient();
  // A hidden tab has no event stream, so it may have missed a change.
  const { data, refetch, failureReason } = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchPreferences(signal),
    refetchOnWindowFocus: 'always',
  });
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: savePreferences,
    onSuccess: async (stored) => {
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, stored);
      setEdited({});
    },
  });
  // Only what was edited here: a change of another tab to the rest is kept.
  const [edited, setEdited] = useState<Partial<Preferences>>({});
  const shown = data && { ...data, ...edited };
  const isEdited = Object.keys(edited).length > 0;
  const hintId = useId();

  useSessionEvent(({ type }) => {
    if (type === 'dataChanged') void refetch();
  });
  useEffect(() => {
    if (data) storeTheme(data.theme, handle);
  }, [data, handle]);

  function save(event: FormEvent) {
    event.preventDefault();
    if (shown && !isPending) mutate(shown);
  }

  return (
    <section aria-labelledby="preferences" className="card stack">
      <h2 id="preferences">Preferences</h2>
      <form className="stack" onSubmit={save}>
        <fieldset className="choices">
          <legend>Theme</legend>
          {Object.entries(themes).map(([theme, label]) => (
            <label key={theme}>
              <input
                type="radio"
                name="theme"
                checked={shown?.theme === theme}
                disabled={!shown}
                onChange={() => setEdited({ ...edited, theme: theme as Preferences['theme'] })}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <label className="field">
          <span>Reminder</span>
          <textarea
            value={shown?.reminder ?? ''}
            maxLength={maxReminder}
            disabled={!shown}
            aria-describedby={hintId}
            onChange={(event) => setEdited({ ...edited, reminder: event.target.value })}
          />
        </label>
        <p id={hintId} className="hint">
          Both are stored in your session: every tab shows them, and they are deleted when it ends.
        </p>
        <div className="actions">
          <button type="submit" className="button button-quiet" aria-disabled={isPending || !shown}>
            Save
          </button>
          {isSuccess && !isEdited && <p role="status">Saved.</p>}
        </div>
      </form>
      {error && <SaveFailure failure={error.failure} />}
      {!data && failureReason && <p role="status">Your preferences can’t be loaded right now.</p>}
    </section>
  );
}

/** Stores the theme of a session, which `public/theme.js` shows in this tab, in others and before a page is painted. */
function storeTheme(theme: string, handle: string): void {
  // A browser that forbids storage shows the system's theme.
  try {
    if (theme === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', `${theme} ${handle}`);
    dispatchEvent(new Event('storage'));
  } catch {}
}

function SaveFailure({ failure }: Parameters<typeof FailureNotice>[0]) {
  const isTooLarge = failure.kind === 'unexpected' && failure.status === 413;
  const isOutage = failure.kind === 'unavailable';
  if (!isTooLarge && !isOutage) return <FailureNotice failure={failure} />;
  return (
    <p role="alert" className="notice notice-bad">
      {isOutage ? outageMessage(failure.problem) : 'The session has no room for this reminder. Shorten it.'} Nothing was
      saved.
    </p>
  );
}
