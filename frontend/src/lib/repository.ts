/** Base URL of the source of this build, with a trailing slash; empty if unknown. */
declare const __SOURCE_BASE__: string;

/** Returns the URL of a file of the repository, if there is one. */
export function sourceUrl(path: string): string | undefined {
  return __SOURCE_BASE__ ? __SOURCE_BASE__ + path : undefined;
}
