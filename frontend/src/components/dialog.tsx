import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useFocusReturn } from '../lib/use-focus-return.ts';
import './dialog.css';

type Props = {
  title: string;
  /** The user gives no answer: by Escape, for example. */
  onCancel: () => void;
  /** Where the focus goes when the dialog does; without a place it goes to the page's heading. */
  returnFocusTo: () => HTMLElement | null;
  children: ReactNode;
};

/** A question that must be answered before anything else; it is open as long as it is on the page. */
export function Dialog({ title, onCancel, returnFocusTo, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const headingId = useId();
  useFocusReturn(() => returnFocusTo() ?? document.querySelector('h1'));

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);

  // The heading and not the first button: a key held down a moment too long answers no question.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title is a new question
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
      // Some browsers close it all the same when Escape is pressed twice.
      onClose={onCancel}
    >
      <h2 id={headingId} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
