import {
  addMonths,
  dayOfWeek,
  fileTimeEpochTicks,
  isInRange,
  partsFromTicks,
  ticksFromUnixMs,
  ticksPerDay,
  ticksPerHour,
  ticksPerMinute,
  ticksPerSecond,
} from '../datetime/datetime.ts';
import { parseIsoDateTime } from '../datetime/parse.ts';
import { isValues, type Evaluation, type Evaluator } from '../value.ts';
import { bigintArgument, textArgument, ticksArgument, toText } from './arguments.ts';
import { required, type CheckedCall, type CompiledCall, type FunctionImplementation } from './definition.ts';
import { EvaluationFailure, shown } from './failure.ts';

interface Interval {
  /** Undefined when the result leaves the years 1 to 9999. */
  readonly add: (ticks: bigint, count: bigint) => bigint | undefined;
  readonly difference: (from: bigint, to: bigint) => bigint;
}

/** A fixed span: whole spans elapsed, truncated toward zero as in VB.NET. */
function span(length: bigint): Interval {
  return {
    add: (ticks, count) => ticks + count * length,
    difference: (from, to) => (to - from) / length,
  };
}

/** Months count by the calendar, whatever the days. */
function calendarMonths(months: number): Interval {
  const index = (ticks: bigint) => {
    const { year, month } = partsFromTicks(ticks);
    return BigInt(months === 12 ? year : year * 12 + month);
  };
  return {
    add: (ticks, count) => addMonths(ticks, count * BigInt(months)),
    difference: (from, to) => index(to) - index(from),
  };
}

function sunday(ticks: bigint): bigint {
  return ticks / ticksPerDay - BigInt(dayOfWeek(ticks));
}

const intervals: ReadonlyMap<string, Interval> = new Map<string, Interval>([
  ['yyyy', calendarMonths(12)],
  ['m', calendarMonths(1)],
  ['d', span(ticksPerDay)],
  // Weeks begin on Sunday: counted is how many Sundays lie between the two.
  ['ww', { ...span(ticksPerDay * 7n), difference: (from, to) => (sunday(to) - sunday(from)) / 7n }],
  ['h', span(ticksPerHour)],
  ['n', span(ticksPerMinute)],
  ['s', span(ticksPerSecond)],
]);
const intervalList = 'yyyy, m, d, ww, h, n or s';

function checkInterval(call: CheckedCall): void {
  const [interval] = call.args;
  if (interval?.constant !== undefined && !intervals.has(interval.constant.toLowerCase()))
    call.report('expression.unknown_interval', `The interval is one of ${intervalList}.`, interval);
}

function intervalArgument(call: CompiledCall): (evaluation: Evaluation) => Interval {
  const text = textArgument(call, 0);
  return (evaluation) => {
    const name = text(evaluation) ?? '';
    const interval = intervals.get(name.toLowerCase());
    if (interval === undefined)
      throw new EvaluationFailure(
        'expression.unknown_interval',
        `The interval of ${call.name} is one of ${intervalList}${shown(call, name)}.`,
        call.args[0] ?? call,
      );
    return interval;
  };
}

function outOfRange(call: CompiledCall): EvaluationFailure {
  return new EvaluationFailure('expression.out_of_range', `${call.name} leaves the years 1 to 9999.`, call);
}

const cDate: FunctionImplementation = {
  name: 'CDate',
  family: 'dates',
  description:
    'Reads a date string as .NET does in the invariant culture and gives the UTC date-time, for use in date functions. An offset is applied; without one the text is UTC. Where it flows, its text is M/d/yyyy h:mm:ss tt.',
  parameters: [required('expression', 'String', { use: 'dateTime' })],
  returns: 'DateTime',
  nulls: 'Null gives null.',
  errors: ['expression.invalid_date: the text is no date-time.'],
  example: { expression: 'CDate([hireDate])', input: { hireDate: '2020-03-16-07:00' }, result: '3/16/2020 7:00:00 AM' },
  compile(call) {
    const source = ticksArgument(call, 0);
    return (evaluation) => {
      const ticks = source(evaluation);
      return ticks === null ? null : { kind: 'dateTime', ticks };
    };
  },
};

const now: FunctionImplementation = {
  name: 'Now',
  family: 'dates',
  description: 'The current UTC date-time, whose text is M/d/yyyy h:mm:ss tt.',
  parameters: [],
  returns: 'DateTime',
  nulls: 'Takes no argument.',
  errors: [],
  example: { expression: 'Now()', input: {}, sample: '7/2/2021 3:33:38 PM' },
  compile() {
    return ({ environment }) => ({ kind: 'dateTime', ticks: ticksFromUnixMs(environment.now) });
  },
};

const dateAdd: FunctionImplementation = {
  name: 'DateAdd',
  family: 'dates',
  description: `Adds a number of intervals, which may be negative, to a date-time. The interval is ${intervalList} (n is minutes). A day that the resulting month lacks becomes its last day.`,
  parameters: [required('interval', 'String'), required('value', 'Integer'), required('dateTime', 'DateTime')],
  returns: 'DateTime',
  nulls: 'A null value or date-time gives null.',
  errors: [
    'expression.unknown_interval: the interval is none of the codes.',
    'expression.not_an_integer: the value is no integer.',
    'expression.invalid_date: the text is no date-time.',
    'expression.out_of_range: the result leaves the years 1 to 9999.',
  ],
  example: {
    expression: 'DateAdd("d", 7, CDate([hireDate]))',
    input: { hireDate: '2012-03-16-07:00' },
    result: '3/23/2012 7:00:00 AM',
  },
  check: checkInterval,
  compile(call) {
    const interval = intervalArgument(call);
    const count = bigintArgument(call, 1);
    const date = ticksArgument(call, 2);
    return (evaluation) => {
      const { add } = interval(evaluation);
      const value = count(evaluation);
      const ticks = date(evaluation);
      if (value === null || ticks === null) return null;
      const sum = add(ticks, value);
      if (sum === undefined || !isInRange(sum)) throw outOfRange(call);
      return { kind: 'dateTime', ticks: sum };
    };
  },
};

const dateDiff: FunctionImplementation = {
  name: 'DateDiff',
  family: 'dates',
  description: `Intervals from the first date-time to the second, negative when the second is earlier. d, h, n and s count whole elapsed spans, ww counts calendar weeks that begin on Sunday, m and yyyy count by the calendar.`,
  parameters: [required('interval', 'String'), required('date1', 'DateTime'), required('date2', 'DateTime')],
  returns: 'Integer',
  nulls: 'A null date-time gives null.',
  errors: [
    'expression.unknown_interval: the interval is none of the codes.',
    'expression.invalid_date: the text is no date-time.',
  ],
  example: {
    expression: 'DateDiff("d", CDate([start]), CDate([end]))',
    input: { start: '2021-08-18+08:00', end: '2021-08-31+08:00' },
    result: '13',
  },
  check: checkInterval,
  compile(call) {
    const interval = intervalArgument(call);
    const first = ticksArgument(call, 1);
    const second = ticksArgument(call, 2);
    return (evaluation) => {
      const { difference } = interval(evaluation);
      const from = first(evaluation);
      const to = second(evaluation);
      return from === null || to === null ? null : String(difference(from, to));
    };
  },
};

const dateFromNum: FunctionImplementation = {
  name: 'DateFromNum',
  family: 'dates',
  description:
    'The date-time of a Windows FILETIME: 100 ns intervals since 1601-01-01 UTC, as Active Directory stores it.',
  parameters: [required('value', 'Integer')],
  returns: 'DateTime',
  nulls: 'Null gives null.',
  errors: [
    'expression.not_an_integer: the value is no integer.',
    'expression.out_of_range: the value lies after the year 9999, or before 1601.',
  ],
  example: {
    expression: 'DateFromNum([lastLogonTimestamp])',
    input: { lastLogonTimestamp: '129699324000000000' },
    result: '1/1/2012 11:00:00 PM',
  },
  compile(call) {
    const value = bigintArgument(call, 0);
    return (evaluation) => {
      const fileTime = value(evaluation);
      if (fileTime === null) return null;
      const ticks = fileTimeEpochTicks + fileTime;
      if (fileTime < 0n || !isInRange(ticks)) throw outOfRange(call);
      return { kind: 'dateTime', ticks };
    };
  },
};

const numFromDate: FunctionImplementation = {
  name: 'NumFromDate',
  family: 'dates',
  description:
    'The Windows FILETIME of an ISO 8601 date-time (a blank may stand for the T), as the Active Directory attribute accountExpires needs it. A text without an offset is UTC.',
  parameters: [required('value', 'String', { use: 'anything' })],
  returns: 'Integer',
  nulls: 'Null gives null.',
  errors: [
    'expression.invalid_date: the text is no ISO 8601 date-time.',
    'expression.out_of_range: the date-time lies before 1601.',
  ],
  example: {
    expression: 'NumFromDate([accountExpires])',
    input: { accountExpires: '2020-12-31 23:59:59-08:00' },
    result: '132539615990000000',
  },
  check(call) {
    const [value] = call.args;
    if (value?.constant !== undefined && parseIsoDateTime(value.constant) === undefined)
      call.report('expression.invalid_date', 'This is no ISO 8601 date-time.', value);
  },
  compile(call) {
    const source = isoTicks(call);
    return (evaluation) => {
      const ticks = source(evaluation);
      if (ticks === null) return null;
      if (ticks < fileTimeEpochTicks)
        throw new EvaluationFailure('expression.out_of_range', 'A FILETIME cannot lie before 1601.', call);
      return String(ticks - fileTimeEpochTicks);
    };
  },
};

function isoTicks(call: CompiledCall): (evaluation: Evaluation) => bigint | null {
  const [argument] = call.args;
  if (argument === undefined) return () => null;
  const evaluate: Evaluator = argument.evaluate;
  return (evaluation) => {
    const value = evaluate(evaluation);
    if (value === null) return null;
    if (typeof value === 'object' && !isValues(value) && value.kind === 'dateTime') return value.ticks;
    const text = toText(value, argument);
    if (text === null) return null;
    const ticks = parseIsoDateTime(text);
    if (ticks === undefined)
      throw new EvaluationFailure(
        'expression.invalid_date',
        `NumFromDate needs an ISO 8601 date-time${shown(call, text)}; read other forms with FormatDateTime first.`,
        argument,
      );
    return ticks;
  };
}

export const dateFunctions = [cDate, now, dateAdd, dateDiff, dateFromNum, numFromDate];
