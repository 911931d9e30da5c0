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

/** The button that goes on after a question: its own, or the next one's where its row is gone, or about to go. */
export function buttonAfter(ending: Ending, isOver: boolean): HTMLElement | null {
  if (ending.kind !== 'one') return buttonOf(nameOf(ending));
  const own = isOver ? null : buttonOf(nameOf(ending));
  return own ?? (ending.next ? buttonOf(ending.next) : null);
}

const buttonOf = (name: string) => document.getElementById(endButtonId(name));
const endButtonId = (name: string) => `end-${name}`;
