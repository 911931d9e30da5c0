import { deviceName } from './device-name.ts';
import { endLabels } from './end-labels.ts';
import { type EndTarget, queryValueOf } from './end-target.ts';

/** Opens the dialog to end sessions. Its label names the session, for screen readers that list buttons. */
export function EndButton({ target, onAsk }: { target: EndTarget; onAsk: (target: EndTarget) => void }) {
  const { action } = endLabels[target.kind];
  const label = target.kind === 'one' ? `${action}: ${deviceName(target.session.userAgent)}` : action;
  const id = endButtonId(queryValueOf(target));
  return (
    <button type="button" id={id} className="button button-quiet" aria-label={label} onClick={() => onAsk(target)}>
      {action}
    </button>
  );
}

/** The button to focus after the dialog: the same one, or that of the next row if this row was removed. */
export function buttonAfter(target: EndTarget, isOver: boolean): HTMLElement | null {
  if (target.kind !== 'one') return buttonOf(queryValueOf(target));
  const own = isOver ? null : buttonOf(queryValueOf(target));
  return own ?? (target.next ? buttonOf(target.next) : null);
}

const buttonOf = (name: string) => document.getElementById(endButtonId(name));
const endButtonId = (name: string) => `end-${name}`;
