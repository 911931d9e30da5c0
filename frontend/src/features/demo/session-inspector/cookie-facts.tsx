import { Fact, Facts } from '../../../components/facts.tsx';
import type { SessionFacts } from '../../../lib/api/types.ts';

/** Maximum bytes of a cookie, name and value together. Browsers silently drop larger ones. */
const limit = 4_096;

/** Names, sizes and attributes of the session's cookies, without values. */
export function CookieFacts({ cookies }: Pick<SessionFacts, 'cookies'>) {
  const total = cookies.reduce((sum, cookie) => sum + cookie.bytes, 0);
  const isSecure = cookies.every(({ attributes }) => attributes.includes('Secure'));
  const parts = cookies.filter(({ name }) => /\.\d+$/.test(name)).length;
  return (
    <>
      <p>
        {total.toLocaleString('en')} bytes: the id{parts > 0 && `, and the session in ${parts}`}
        {parts > 0 && (parts === 1 ? ' part' : ' parts')}. Browsers drop a cookie of more than{' '}
        {limit.toLocaleString('en')} bytes{parts > 1 && ', so the session is split'}.
      </p>
      {!isSecure && (
        <p>
          This page came over http, from your own machine. Over https each cookie is also <code>Secure</code>, and its
          name begins with <code>__Host-Http-</code>: browsers then send it over https alone, and take it from this
          server alone, never from a script.
        </p>
      )}
      <Facts>
        {cookies.map(({ name, bytes, attributes }) => (
          <Fact key={name} name={<code>{name}</code>}>
            {`${bytes.toLocaleString('en')} of ${limit.toLocaleString('en')} bytes`}
            <progress max={limit} value={bytes} aria-hidden="true" />
            <code className="hint">{attributes}</code>
          </Fact>
        ))}
      </Facts>
    </>
  );
}
