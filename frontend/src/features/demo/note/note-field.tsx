import { useId } from 'react';
import { useDraft } from '../../../lib/drafts.ts';

/** A draft that shows that input survives the end of the session. It is not sent to the server. */
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
        Nothing here is sent to the server. This tab keeps the text until you sign out: if your session ends while you
        type, it is still here after you sign in again.
      </p>
    </div>
  );
}
