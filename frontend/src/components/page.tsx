import { type ReactNode, useEffect, useRef } from 'react';

export const appName = 'Actix Sessions';

type Props = {
  title: string;
  /** Defaults to the title. */
  heading?: ReactNode;
  /** Focuses the heading, for a page that replaces another one without navigation. */
  takesFocus?: boolean;
  children: ReactNode;
};

/** A page: title of the tab, heading (focused after navigation) and content. */
export function Page({ title, heading = title, takesFocus = false, children }: Props) {
  const headingRef = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    const before = document.title;
    document.title = `${title} · ${appName}`;
    // Restores the title of the page below, if this one was shown on top of it.
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
