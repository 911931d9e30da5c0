import { formatMoment } from '../../lib/time.ts';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { type Life, type Scale, scaleOf } from './life.ts';

// The drawing has no scale of its own: lengths along the line are percentages, so that the words keep their size. On a
// narrow screen the line goes from top to bottom.
const narrow = '(max-width: 44rem)';

type Point = { along: number; across: number };
type Axis = 'x' | 'y';

/** Lanes across the line, in pixels, for each direction of it. */
const lanes = {
  x: { now: 14, session: 28, name: 62, time: 80, token: 112, cause: 146 },
  y: { now: 0, session: 44, name: 70, time: 70, token: 8, cause: 70 },
} as const;
const thickness = 14;

export function Drawing({ life, now }: { life: Life; now: number }) {
  const axis: Axis = useMediaQuery(narrow) ? 'y' : 'x';
  const scale = scaleOf(life);
  const nowAt = scale.place(now);
  return (
    <svg className={`life-line life-line-${axis}`} aria-hidden="true">
      <Bar axis={axis} lane={lanes[axis].session} from={0} to={100} className="life-rest" />
      <Bar axis={axis} lane={lanes[axis].session} from={0} to={nowAt} className="life-past" />
      {scale.breaks.map((along) => (
        <Break key={along} axis={axis} along={along} />
      ))}
      <Tokens axis={axis} life={life} scale={scale} now={now} />
      <Now axis={axis} along={nowAt} />
      <Milestone axis={axis} along={0} name="Signed in" time={life.signedInAt} />
      {life.idleEnd < life.absoluteEnd && (
        <Milestone axis={axis} along={scale.place(life.idleEnd)} name="Idle timeout" time={life.idleEnd} />
      )}
      <Milestone axis={axis} along={100} name="Absolute timeout" time={life.absoluteEnd} />
    </svg>
  );
}

/** The tokens' lives, end to end; the latest renewal with the request that caused it. */
function Tokens({ axis, life, scale, now }: { axis: Axis; life: Life; scale: Scale; now: number }) {
  const lane = lanes[axis].token;
  const last = life.tokens.at(-1);
  const isRenewal = last && last.from > life.signedInAt;
  return (
    <>
      {life.tokens.map(({ from, to = now + 1 }) => (
        <Bar
          key={from}
          axis={axis}
          lane={lane}
          from={scale.place(from)}
          to={Math.max(scale.place(to), scale.place(from) + 0.4)}
          className={to > now ? 'life-token life-token-valid' : 'life-token'}
        />
      ))}
      {axis === 'x' && last && (
        <Words axis={axis} at={{ along: scale.place(last.from), across: lanes.x.cause }} className="life-hint">
          {isRenewal
            ? `Access token, renewed ${formatMoment(new Date(last.from).toISOString())} by ${last.renewedBy ?? 'a request'}`
            : 'Access token'}
        </Words>
      )}
    </>
  );
}

function Milestone({ axis, along, name, time }: { axis: Axis; along: number; name: string; time: number }) {
  const { session, name: nameLane, time: timeLane } = lanes[axis];
  const words = formatMoment(new Date(time).toISOString());
  return (
    <>
      <Across axis={axis} along={along} from={session - 3} to={session + thickness + 3} className="life-mark" />
      <Words axis={axis} at={{ along, across: nameLane }} className="life-name">
        {name}
      </Words>
      <Words axis={axis} at={{ along, across: timeLane }} line={2} className="life-hint">
        {words}
      </Words>
    </>
  );
}

function Now({ axis, along }: { axis: Axis; along: number }) {
  const { session, token, now } = lanes[axis];
  const words = axis === 'x' ? { x: `${along}%`, y: now } : { x: '100%', y: `${along}%`, dy: -6 };
  return (
    <>
      <Across
        axis={axis}
        along={along}
        from={Math.min(session, token) - 6}
        to={axis === 'x' ? token + thickness + 6 : '100%'}
        className="life-now"
      />
      <text {...words} textAnchor={axis === 'x' ? anchor(along) : 'end'} className="life-name">
        Now
      </text>
    </>
  );
}

type BarProps = { axis: Axis; lane: number; size?: number; from: number; to: number; className: string };

function Bar({ axis, lane, size = thickness, from, to, className }: BarProps) {
  const length = `${Math.max(0, to - from)}%`;
  const place = axis === 'x' ? { x: `${from}%`, y: lane } : { x: lane, y: `${from}%` };
  const extent = axis === 'x' ? { width: length, height: size } : { width: size, height: length };
  return <rect {...place} {...extent} rx="2" className={className} />;
}

type AcrossProps = { axis: Axis; along: number; from: number; to: number | string; className: string };

function Across({ axis, along, from, to, className }: AcrossProps) {
  const place =
    axis === 'x'
      ? { x1: `${along}%`, x2: `${along}%`, y1: from, y2: to }
      : { y1: `${along}%`, y2: `${along}%`, x1: from, x2: to };
  return <line {...place} className={className} />;
}

/** A gap with an edge on either side: here time is cut short. */
function Break({ axis, along }: { axis: Axis; along: number }) {
  const lane = lanes[axis].session - 4;
  const edge = { axis, from: lane, to: lane + thickness + 8, className: 'life-edge' };
  return (
    <>
      <Bar axis={axis} lane={lane} size={thickness + 8} from={along - 0.4} to={along + 0.4} className="life-break" />
      <Across {...edge} along={along - 0.4} />
      <Across {...edge} along={along + 0.4} />
    </>
  );
}

type WordsProps = { axis: Axis; at: Point; line?: 1 | 2; className: string; children: string };

function Words({ axis, at: { along, across }, line = 1, className, children }: WordsProps) {
  const place =
    axis === 'x'
      ? { x: `${along}%`, y: across, textAnchor: anchor(along) }
      : { x: across, y: `${along}%`, dy: (along > 50 ? -22 : 12) + (line - 1) * 18 };
  return (
    <text {...place} className={className}>
      {children}
    </text>
  );
}

/** Words grow towards the middle of the line, so that two lines of them fit side by side. */
function anchor(along: number): 'start' | 'middle' | 'end' {
  if (along < 33) return 'start';
  return along > 66 ? 'end' : 'middle';
}
