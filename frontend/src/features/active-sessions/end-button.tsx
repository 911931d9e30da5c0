import { deviceName } from './device-name.ts';
import { endLabels } from './end-labels.ts';
import { type Ending, nameOf } from './ending.ts';

/** Opens the dialog to end sessions. Its label names the session, for screen readers that list buttons. */
export function EndButton({ ending, onAsk }: { ending: Ending; onAsk: (ending: Ending) => void }) {
  const { action } = endLabels[ending.kind];
  const label = ending.kind === 'one' ? `${action}: ${deviceName(ending.session.userAgent)}` : action;
  const id = endButtonId(nameOf(ending));
  return (
    <button type="button" id={id} className="button button-quiet" aria-label={label} onClick={() => onAsk(ending)}>
      {action}
    </button>
  );
}

/** The button to focus after the dialog: the same one, or that of the next row if this row was removed. */
export function buttonAfter(ending: Ending, isOver: boolean): HTMLElement | null {
  if (ending.kind !== 'one') return buttonOf(nameOf(ending));
  const own = isOver ? null : buttonOf(nameOf(ending));
  return own ?? (ending.next ? buttonOf(ending.next) : null);
}

const buttonOf = (name: string) => document.getElementById(endButtonId(name));
const endButtonId = (name: string) => `end-${name}`;
