import type { EndReason } from '../auth/auth-state.ts';

const sentences: Record<string, string> = {
  idleTimeout: 'It was not used for a while: this is the idle timeout.',
  absoluteTimeout: 'It has reached the absolute timeout, at which every session ends, used or not.',
  signedOut: 'You signed out in another tab of this browser.',
  endedElsewhere: 'You ended it from another browser.',
  endedEverywhere: 'You signed out everywhere else from another browser.',
  replaced: 'You signed in on too many devices, so this one, the least recently used, was ended.',
  signedOutAtProvider: 'You were signed out at the identity provider.',
  refused: 'The identity provider refused to refresh its tokens.',
  deviceProofRequired:
    'It works only on the device where you signed in, and this browser could not prove that it is on that device.',
  deviceBindingRequired:
    'It must be bound to this device, and this browser cannot do that. Chrome on Windows or macOS can.',
};

/** Explains the end of a session in one sentence. */
export function endSentence(reason: EndReason): string {
  const name = reason?.replace(/^session_/, '').replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (
    sentences[name ?? ''] ??
    'You signed out in another tab or on another device, the identity provider ended it, or it timed out.'
  );
}
