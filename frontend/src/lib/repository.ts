/** Where the source of this build is to be read, with a slash at the end; empty when nobody has said so. */
declare const __SOURCE_BASE__: string;

/** The address of the file at `path` of the repository, where there is one. */
export function sourceUrl(path: string): string | undefined {
  return __SOURCE_BASE__ ? __SOURCE_BASE__ + path : undefined;
}
