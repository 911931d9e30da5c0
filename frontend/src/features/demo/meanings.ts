/** Explanations of terms in the request log and the session inspector. */
export const meanings: Record<string, string | undefined> = {
  Handle: 'The public name of a session. It cannot be used to sign in.',
  Node: 'The backend process that sent this response or event.',
  Version: 'Counts the changes of a session. An older version never replaces a newer one.',
  'Session read': 'The time to find the session, and where it was found.',
  'Round trip': 'From the request to the end of the response, measured by the browser.',
};
