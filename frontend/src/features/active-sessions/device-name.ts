type Names = [name: string, sign: RegExp][];

// The first match wins: many browsers also send the names of older ones.
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

/** A readable form of a `User-Agent` header, such as "Firefox on Windows". Browsers can send any value. */
export function deviceName(userAgent: string | null | undefined): string {
  const browser = nameOf(userAgent, browsers) ?? 'Unknown browser';
  const system = nameOf(userAgent, systems);
  return system ? `${browser} on ${system}` : browser;
}

/** Returns true for a phone or a tablet. */
export function isHandheld(userAgent: string | null | undefined): boolean {
  return /\b(?:iPhone|iPad|Android|Mobile)\b/.test(userAgent ?? '');
}

function nameOf(userAgent: string | null | undefined, names: Names): string | undefined {
  return names.find(([, sign]) => sign.test(userAgent ?? ''))?.[0];
}
