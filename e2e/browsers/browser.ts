/** A browser that Playwright does not drive: what a person does and sees in a sign-in. */
export interface Browser extends AsyncDisposable {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Types into what `xpath` finds, once it is there. */
  type(xpath: string, text: string): Promise<void>;
  click(xpath: string): Promise<void>;
  sees(xpath: string): Promise<void>;
}

/** The field with that label, which stands before the field or around it. */
export function field(label: string): string {
  return `//input[@id=//label[.='${label}']/@for] | //label[normalize-space(span)='${label}']//input`;
}

export function button(name: string): string {
  return `//button[normalize-space()='${name}']`;
}

export function heading(level: number, text: string): string {
  return `//h${level}[normalize-space()='${text}']`;
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/** The first result of `look` that is not empty: neither protocol reports an element that appears. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
}
