import { answers, freePort, ServerProcess } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { type Browser, until } from './browser.ts';

/** The name under which WebDriver gives an element back. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** The number of the display, as Xvfb prints it. */
const DISPLAY = /^\d+$/m;

/** WebKitGTK's MiniBrowser on a display that nobody sees, by the few calls of WebDriver that a sign-in takes. */
export class WebKit implements Browser {
  readonly #session: string;
  readonly #opened: AsyncDisposableStack;

  private constructor(session: string, opened: AsyncDisposableStack) {
    this.#session = session;
    this.#opened = opened;
  }

  static async open(): Promise<WebKit> {
    await using opening = new AsyncDisposableStack();
    const home = opening.use(await temporaryFolder());
    const display: ServerProcess = new ServerProcess({
      name: 'Xvfb',
      file: 'Xvfb',
      // Chooses a free display, and prints its number once it may be used.
      args: ['-displayfd', '1', '-nolisten', 'tcp'],
      cwd: home.path,
      env: {},
      isReady: async () => DISPLAY.test(display.log),
    });
    opening.defer(() => display.stop());
    await display.start();

    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const driver = new ServerProcess({
      name: 'WebKitWebDriver',
      file: 'WebKitWebDriver',
      args: ['--host=127.0.0.1', `--port=${port}`],
      cwd: home.path,
      env: { HOME: home.path, DISPLAY: `:${DISPLAY.exec(display.log)?.[0]}` },
      isReady: () => answers(`${url}/status`),
    });
    opening.defer(() => driver.stop());
    await driver.start();

    const { sessionId } = await call('POST', `${url}/session`, { capabilities: {} });
    const session = `${url}/session/${sessionId}`;
    opening.defer(() => call('DELETE', session));
    return new WebKit(session, opening.move());
  }

  async goto(url: string): Promise<void> {
    await this.#post('url', { url });
  }

  async reload(): Promise<void> {
    await this.#post('refresh', {});
  }

  async type(xpath: string, text: string): Promise<void> {
    await this.#post(`${await this.#find(xpath)}/value`, { text });
  }

  async click(xpath: string): Promise<void> {
    await this.#post(`${await this.#find(xpath)}/click`, {});
  }

  async sees(xpath: string): Promise<void> {
    await this.#find(xpath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  // Its own wait does not end when the page is left meanwhile.
  async #find(xpath: string): Promise<string> {
    const element = await until(`WebKit finds ${xpath}`, async () => {
      const elements = await this.#post('elements', { using: 'xpath', value: xpath });
      return elements[0]?.[ELEMENT];
    });
    return `element/${element}`;
  }

  #post(command: string, body: object) {
    return call('POST', `${this.#session}/${command}`, body);
  }
}

async function call(method: string, url: string, body?: object) {
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`WebDriver answers ${answer.status} to ${url}: ${value.error}: ${value.message}`);
  return value;
}
