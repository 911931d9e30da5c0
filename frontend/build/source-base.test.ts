import { expect, test } from 'vitest';
import { webAddress } from './source-base.ts';

test.each([
  ['github:owner/name', 'https://github.com/owner/name'],
  ['git+https://github.com/owner/name.git', 'https://github.com/owner/name'],
  ['https://user:secret@git.example/team/name.git', 'https://git.example/team/name'],
  ['git@github.com:owner/name.git', 'https://github.com/owner/name'],
  ['ssh://git@git.example:2222/owner/name', 'https://git.example/owner/name'],
  ['/work/name', undefined],
  ['../name.git', undefined],
  [undefined, undefined],
])('%s is on the web at %s', (repository, address) => {
  expect(webAddress(repository)).toBe(address);
});
