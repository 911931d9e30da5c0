import { formatMoment } from '../../../lib/time.ts';
import { useMediaQuery } from '../../../lib/use-media-query.ts';
import { type Scale, scaleOf, type Timeline } from './timeline.ts';

// Lengths along the timeline are percentages, so that labels keep their size. It is vertical on a narrow screen.
const narrow = '(max-width: 44rem)';

type Point = { along: number; across: number };
type Axis = 'x' | 'y';

/** Positions across the timeline, in pixels, for each direction. */
const lanes = {
  x: { now: 10, session: 28, name: 62, time: 80, token: 104, device: 124 },
  y: { now: 0, session: 74, name: 98, time: 98, token: 44, device: 62 },
} as const;
const thickness = 14;
const thin = 8;

export function Drawing({ timeline, now }: { timeline: Timeline; now: number }) {
  const axis: Axis = useMediaQuery(narrow) ? 'y' : 'x';
  const scale = scaleOf(timeline);
  const nowAt = scale.place(now);
  return (
    <svg className={`session-timeline session-timeline-${axis}`} aria-hidden="true">
      <Bar axis={axis} lane={lanes[axis].session} from={0} to={100} className="line-rest" />
      <Bar axis={axis} lane={lanes[axis].session} from={0} to={nowAt} className="line-past" />
      {scale.breaks.map((along) => (
        <Break key={along} axis={axis} along={along} />
      ))}
      <Tokens axis={axis} timeline={timeline} scale={scale} now={now} />
      <BoundCookies axis={axis} timeline={timeline} scale={scale} now={now} />
      <Now axis={axis} along={nowAt} />
      <Milestone axis={axis} along={0} name="Signed in" time={timeline.signedInAt} />
      {timeline.idleEnd < timeline.absoluteEnd && (
        <Milestone axis={axis} along={scale.place(timeline.idleEnd)} name="Idle timeout" time={timeline.idleEnd} />
      )}
      <Milestone axis={axis} along={100} name="Absolute timeout" time={timeline.absoluteEnd} />
    </svg>
  );
}

type LifetimesProps = { axis: Axis; timeline: Timeline; scale: Scale; now: number };

/** Bars of the token lifetimes. */
function Tokens({ axis, timeline, scale, now }: LifetimesProps) {
  return timeline.tokens.map(({ from, to = now + 1 }) => (
    <Bar
      key={from}
      axis={axis}
      lane={lanes[axis].token}
      from={scale.place(from)}
      to={Math.max(scale.place(to), scale.place(from) + 0.4)}
      className={to > now ? 'line-token line-token-valid' : 'line-token'}
    />
  ));
}

/** Thin bars of the bound cookies. */
function BoundCookies({ axis, timeline, scale, now }: LifetimesProps) {
  return timeline.boundCookies.map(({ from, until }) => (
    <Bar
      key={from}
      axis={axis}
      lane={lanes[axis].device}
      size={thin}
      from={scale.place(from)}
      to={Math.max(scale.place(until), scale.place(from) + 0.4)}
      className={until > now ? 'line-token line-token-valid' : 'line-token'}
    />
  ));
}

function Milestone({ axis, along, name, time }: { axis: Axis; along: number; name: string; time: number }) {
  const { session, name: nameLane, time: timeLane } = lanes[axis];
  const label = formatMoment(new Date(time).toISOString());
  return (
    <>
      <Across axis={axis} along={along} from={session - 3} to={session + thickness + 3} className="line-mark" />
      <Label axis={axis} at={{ along, across: nameLane }} className="line-name">
        {name}
      </Label>
      <Label axis={axis} at={{ along, across: timeLane }} line={2} className="line-hint">
        {label}
      </Label>
    </>
  );
}

/** Mark of the current time. It crosses the bars only, so that the labels between them stay legible. */
function Now({ axis, along }: { axis: Axis; along: number }) {
  const { session, token, now } = lanes[axis];
  const label =
    axis === 'x' ? { x: `${along}%`, y: now, textAnchor: anchor(along) } : { x: now, y: `${along}%`, dy: 5 };
  return (
    <>
      {[session, token].map((lane) => (
        <Across key={lane} axis={axis} along={along} from={lane - 4} to={lane + thickness + 4} className="line-now" />
      ))}
      <text {...label} className="line-name">
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

type AcrossProps = { axis: Axis; along: number; from: number; to: number; className: string };

function Across({ axis, along, from, to, className }: AcrossProps) {
  const place =
    axis === 'x'
      ? { x1: `${along}%`, x2: `${along}%`, y1: from, y2: to }
      : { y1: `${along}%`, y2: `${along}%`, x1: from, x2: to };
  return <line {...place} className={className} />;
}

/** A gap where time is shortened. */
function Break({ axis, along }: { axis: Axis; along: number }) {
  const lane = lanes[axis].session - 4;
  const edge = { axis, from: lane, to: lane + thickness + 8, className: 'line-edge' };
  return (
    <>
      <Bar axis={axis} lane={lane} size={thickness + 8} from={along - 0.4} to={along + 0.4} className="line-break" />
      <Across {...edge} along={along - 0.4} />
      <Across {...edge} along={along + 0.4} />
    </>
  );
}

type LabelProps = { axis: Axis; at: Point; line?: 1 | 2; className: string; children: string };

function Label({ axis, at: { along, across }, line = 1, className, children }: LabelProps) {
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

/** Labels extend towards the middle of the timeline, so that two of them fit side by side. */
function anchor(along: number): 'start' | 'middle' | 'end' {
  if (along < 33) return 'start';
  return along > 66 ? 'end' : 'middle';
}
