/** Returns a command that sends copied cookies every few seconds, and prints the status of each response. */
export function commandOf({ origin, hostname }: Pick<Location, 'origin' | 'hostname'>): string {
  // A certificate for localhost is one that only this machine trusts.
  const options = hostname === 'localhost' ? '-ks' : '-s';
  return `COOKIES='PASTE'
while curl ${options} -o /dev/null -w '%{http_code}\\n' -H "Cookie: $COOKIES" '${origin}/api/session?slide=false'
do sleep 5; done`;
}
