import { useState } from 'react';
import { type Filter, filters, type LogLine, textOf } from './log.ts';

/** State of the log's buttons, and the lines that they leave of `all`. */
export function useTools(all: LogLine[]) {
  const [filter, setFilter] = useState<Filter>('All');
  const [paused, setPaused] = useState<LogLine[]>();
  const lines = (paused ?? all).filter(filters[filter]);
  return {
    lines,
    filter,
    setFilter,
    isPaused: paused !== undefined,
    togglePause: () => setPaused(paused ? undefined : all),
  };
}

/** Filters, pauses and copies the log. */
export function LogTools({ lines, filter, setFilter, isPaused, togglePause }: ReturnType<typeof useTools>) {
  const [outcome, setOutcome] = useState('');

  async function copy() {
    try {
      await navigator.clipboard.writeText(textOf(lines));
      setOutcome(`Copied ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}.`);
    } catch {
      setOutcome('The browser did not allow copying.');
    }
  }

  return (
    <div className="log-tools">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form */}
      <div role="group" aria-label="Show" className="actions">
        {(Object.keys(filters) as Filter[]).map((name) => (
          <LogButton key={name} isPressed={name === filter} onClick={() => setFilter(name)}>
            {name}
          </LogButton>
        ))}
      </div>
      <div className="actions">
        <LogButton isPressed={isPaused} onClick={togglePause}>
          Pause
        </LogButton>
        <LogButton onClick={copy}>Copy</LogButton>
      </div>
      <p role="status" className="hint">
        {outcome || (lines.length === 0 && 'Nothing to show yet.')}
      </p>
    </div>
  );
}

type ButtonProps = { isPressed?: boolean; onClick: () => void; children: string };

function LogButton({ isPressed, onClick, children }: ButtonProps) {
  return (
    <button type="button" className="button button-quiet button-small" aria-pressed={isPressed} onClick={onClick}>
      {children}
    </button>
  );
}
