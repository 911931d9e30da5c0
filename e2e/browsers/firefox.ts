import { ServerProcess } from '../fixtures/process.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { type Browser, until } from './browser.ts';

const LISTENING = /^WebDriver BiDi listening on (ws:\S+)$/m;

interface Answer {
  id: number;
  type: 'success' | 'error';
  result: { context: string; contexts: { context: string }[]; nodes: { sharedId: string }[] };
  message: string;
}

/** Firefox without a window, by WebDriver BiDi, which it speaks by itself. */
export class Firefox implements Browser {
  readonly #socket: WebSocket;
  readonly #opened: AsyncDisposableStack;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #context = '';

  private constructor(socket: WebSocket, opened: AsyncDisposableStack) {
    this.#socket = socket;
    this.#opened = opened;
    socket.addEventListener('message', ({ data }) => {
      const answer: Answer = JSON.parse(data);
      this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async open(file: string): Promise<Firefox> {
    await using opening = new AsyncDisposableStack();
    const home = opening.use(await temporaryFolder());
    const process: ServerProcess = new ServerProcess({
      name: 'Firefox',
      file,
      args: ['--headless', '--remote-debugging-port=0', '--profile', home.path, '--no-remote'],
      cwd: home.path,
      env: { HOME: home.path },
      isReady: async () => LISTENING.test(process.log),
    });
    opening.defer(() => process.stop());
    await process.start();

    const socket = new WebSocket(`${LISTENING.exec(process.log)?.[1]}/session`);
    opening.defer(() => socket.close());
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const firefox = new Firefox(socket, opening.move());
    await firefox.#send('session.new', { capabilities: {} });
    const { contexts } = await firefox.#send('browsingContext.getTree', {});
    firefox.#context = contexts[0]?.context ?? '';
    return firefox;
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  async reload(): Promise<void> {
    await this.#send('browsingContext.reload', { context: this.#context, wait: 'complete' });
  }

  async type(xpath: string, text: string): Promise<void> {
    await this.click(xpath);
    const keys = [...text].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.#perform({ type: 'key', id: 'keyboard', actions: keys });
  }

  async click(xpath: string): Promise<void> {
    const element = { sharedId: await this.#find(xpath) };
    const move = { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element } };
    const press = { type: 'pointerDown', button: 0 };
    await this.#perform({ type: 'pointer', id: 'mouse', actions: [move, press, { type: 'pointerUp', button: 0 }] });
  }

  async sees(xpath: string): Promise<void> {
    await this.#find(xpath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  #find(xpath: string): Promise<string> {
    const locator = { type: 'xpath', value: xpath };
    return until(`Firefox finds ${xpath}`, async () => {
      const { nodes } = await this.#send('browsingContext.locateNodes', { context: this.#context, locator });
      return nodes[0]?.sharedId;
    });
  }

  async #perform(source: object): Promise<void> {
    await this.#send('input.performActions', { context: this.#context, actions: [source] });
  }

  async #send(method: string, params: object): Promise<Answer['result']> {
    const id = this.#waiting.size + 1;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer.type === 'error') throw new Error(`Firefox answers to ${method}: ${answer.message}`);
    return answer.result;
  }
}
