import { deviceName } from './device-name.ts';
import { type Ending, nameOf } from './ending.ts';
import { endingWords } from './ending-words.ts';

/** Asks to end sessions. Read on its own, apart from its row, it still says which session it means. */
export function EndButton({ ending, onAsk }: { ending: Ending; onAsk: (ending: Ending) => void }) {
  const { action } = endingWords[ending.kind];
  const label = ending.kind === 'one' ? `${action}: ${deviceName(ending.session.userAgent)}` : action;
  const id = endButtonId(nameOf(ending));
  return (
    <button type="button" id={id} className="button button-quiet" aria-label={label} onClick={() => onAsk(ending)}>
      {action}
    </button>
  );
}

/** The id of the button for the ending of that name. */
export const endButtonId = (name: string) => `end-${name}`;
