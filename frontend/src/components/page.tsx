import { type ReactNode, useEffect, useRef } from 'react';

export const appName = 'Actix Sessions';

type Props = {
  title: string;
  /** The heading in words of its own; otherwise the title. */
  heading?: ReactNode;
  /** For a page that takes the place of another without a change of address. */
  takesFocus?: boolean;
  children: ReactNode;
};

/** One page: its title in the tab, its heading (which takes the focus after a change of page) and its content. */
export function Page({ title, heading = title, takesFocus = false, children }: Props) {
  const headingRef = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    const before = document.title;
    document.title = `${title} · ${appName}`;
    // What was shown above another page gives the tab back to it.
    return () => {
      document.title = before;
    };
  }, [title]);

  useEffect(() => {
    if (takesFocus) headingRef.current?.focus();
  }, [takesFocus]);

  return (
    <article className="page">
      <h1 ref={headingRef} tabIndex={-1}>
        {heading}
      </h1>
      {children}
    </article>
  );
}
