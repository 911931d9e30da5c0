import { useId } from 'react';
import { useDraft } from '../../lib/drafts.ts';

/** A text that is sent nowhere: it shows that what is typed outlives the session. */
export function NoteField({ userId }: { userId: string }) {
  const [note, setNote] = useDraft(userId, 'note');
  const hintId = useId();
  return (
    <div className="stack">
      <label className="field">
        <span>Note</span>
        <textarea value={note} aria-describedby={hintId} onChange={(event) => setNote(event.target.value)} />
      </label>
      <p id={hintId} className="hint">
        It is sent nowhere. Let your session end while you type, sign in again, and it is still here. This tab keeps it
        until you sign out.
      </p>
    </div>
  );
}
