import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useFocusReturn } from '../lib/use-focus-return.ts';
import './dialog.css';

type Props = {
  title: string;
  /** Called when the user closes the dialog, for example with Escape. */
  onCancel: () => void;
  /** Element that gets the focus when the dialog closes; by default the heading of the page. */
  returnFocusTo: () => HTMLElement | null;
  children: ReactNode;
};

/** A modal dialog, open while it is rendered. */
export function Dialog({ title, onCancel, returnFocusTo, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const headingId = useId();
  useFocusReturn(() => returnFocusTo() ?? document.querySelector('h1'));

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);

  // Focus the heading, not a button: a key that is still held down must not confirm.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title is a new dialog
  useEffect(() => heading.current?.focus(), [title]);

  return (
    <dialog
      ref={dialog}
      className="dialog stack"
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      // Some browsers close the dialog on a second Escape, whatever onCancel does.
      onClose={onCancel}
    >
      <h2 id={headingId} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
