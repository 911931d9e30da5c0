type Names = [name: string, sign: RegExp][];

// The first that fits wins: many browsers also call themselves by the names of those that came before them.
const browsers: Names = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|OPT|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /(?:Chrome|Chromium|CriOS)\//],
  ['Safari', /\bVersion\/.*\bSafari\//],
];

const systems: Names = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

/** A `User-Agent` header in words, such as "Firefox on Windows". It is what the browser claims, and no proof. */
export function deviceName(userAgent: string | null | undefined): string {
  const browser = nameOf(userAgent, browsers) ?? 'Unknown browser';
  const system = nameOf(userAgent, systems);
  return system ? `${browser} on ${system}` : browser;
}

function nameOf(userAgent: string | null | undefined, names: Names): string | undefined {
  return names.find(([, sign]) => sign.test(userAgent ?? ''))?.[0];
}
