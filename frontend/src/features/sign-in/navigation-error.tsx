/** Message beside a button whose navigation did not start. */
export function NavigationError({ children }: { children: string | undefined }) {
  return (
    children && (
      <span role="alert" ref={scrollIntoSight} className="notice notice-bad navigation-error">
        {children}
      </span>
    )
  );
}

function scrollIntoSight(notice: HTMLElement | null) {
  notice?.scrollIntoView?.({ block: 'nearest' });
}
