import type { ReactNode } from 'react';
import './facts.css';

/** A list of names and values, side by side where there is room. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children ?? <span className="hint">not provided</span>}</dd>
    </div>
  );
}
