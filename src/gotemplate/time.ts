import { withSignature } from "./functions.ts";
import { GoInteger, GoStruct } from "./values.ts";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DEFAULT_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST";
const LAYOUT = /(?<=_)2006|January|Jan|Monday|Mon|MST|2006|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|002|__2|_2(?!006)|01|02|03|04|05|06|15|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

/** The parts of a moment on the clock of its place. */
interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly weekday: number;
  readonly yearDay: number;
  /** East of UTC, in seconds. */
  readonly offset: number;
  readonly zone: string;
}

/** A moment as Go's time.Time, on this machine's clock or, with `utc`, that of UTC. */
export function goTime(date: Date, { utc = false }: { utc?: boolean } = {}): GoStruct {
  const clock = clockOf(date, utc);
  const number = (value: number) => withSignature(() => BigInt(value));
  const long = (value: bigint) => withSignature(() => new GoInteger("int64", value));
  const milliseconds = BigInt(date.getTime());
  return new GoStruct("time.Time", {}, {
    Format: withSignature((layout: string) => formatTime(clock, layout), "string"),
    String: withSignature(() => formatTime(clock, DEFAULT_LAYOUT)),
    MarshalText: withSignature(() => formatTime(clock, "2006-01-02T15:04:05.999999999Z07:00")),
    UTC: withSignature(() => goTime(date, { utc: true })),
    Local: withSignature(() => goTime(date)),
    Unix: long(BigInt(Math.floor(date.getTime() / 1_000))),
    UnixMilli: long(milliseconds),
    UnixMicro: long(milliseconds * 1_000n),
    UnixNano: long(milliseconds * 1_000_000n),
    Year: number(clock.year),
    Month: withSignature(() => named("time.Month", MONTHS[clock.month - 1] as string)),
    Day: number(clock.day),
    Hour: number(clock.hour),
    Minute: number(clock.minute),
    Second: number(clock.second),
    Nanosecond: number(clock.nanosecond),
    Weekday: withSignature(() => named("time.Weekday", DAYS[clock.weekday] as string)),
    YearDay: number(clock.yearDay),
  });
}

/** Go's Time.Format. */
function formatTime(clock: Clock, layout: string): string {
  return layout.replace(LAYOUT, (part, at: number) => {
    // A fraction stands behind seconds or not at all; "Jan" and "Mon" begin no longer word.
    if (/^(Jan|Mon)$/.test(part) && /^[a-z]/.test(layout.slice(at + 3))) return part;
    return partOf(clock, part);
  });
}

function partOf({ year, month, day, hour, minute, second, nanosecond, weekday, yearDay, offset, zone }: Clock, part: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  switch (part) {
    case "2006": return String(year).padStart(4, "0");
    case "06": return two(year % 100);
    case "January": return MONTHS[month - 1] as string;
    case "Jan": return (MONTHS[month - 1] as string).slice(0, 3);
    case "01": return two(month);
    case "1": return String(month);
    case "Monday": return DAYS[weekday] as string;
    case "Mon": return (DAYS[weekday] as string).slice(0, 3);
    case "02": return two(day);
    case "_2": return String(day).padStart(2, " ");
    case "2": return String(day);
    case "__2": return String(yearDay).padStart(3, " ");
    case "002": return String(yearDay).padStart(3, "0");
    case "15": return two(hour);
    case "03": return two(hour12);
    case "3": return String(hour12);
    case "04": return two(minute);
    case "4": return String(minute);
    case "05": return two(second);
    case "5": return String(second);
    case "PM": return hour >= 12 ? "PM" : "AM";
    case "pm": return hour >= 12 ? "pm" : "am";
    case "MST": return zone;
    default: return /^[.,]/.test(part) ? fraction(nanosecond, part) : zoneOffset(offset, part);
  }
}

function fraction(nanosecond: number, part: string): string {
  const digits = String(nanosecond).padStart(9, "0").slice(0, part.length - 1);
  if (part[1] === "0") return part.charAt(0) + digits;
  const trimmed = digits.replace(/0+$/, "");
  return trimmed === "" ? "" : part.charAt(0) + trimmed;
}

function zoneOffset(offset: number, part: string): string {
  if (part.startsWith("Z") && offset === 0) return "Z";
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.abs(offset);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  const digits = part.replace(/[^\d]/g, "").length / 2;
  return (offset < 0 ? "-" : "+") + parts.slice(0, digits).join(part.includes(":") ? ":" : "");
}

function clockOf(date: Date, utc: boolean): Clock {
  const offset = utc ? 0 : -date.getTimezoneOffset() * 60;
  const shifted = new Date(date.getTime() + offset * 1_000);
  const [year, month, day] = [shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, shifted.getUTCDate()];
  return {
    ...{ year, month, day, offset },
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    nanosecond: shifted.getUTCMilliseconds() * 1_000_000,
    weekday: shifted.getUTCDay(),
    yearDay: Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
    zone: utc ? "UTC" : zoneName(date, offset),
  };
}

/** The abbreviation of the zone, "CET"; where there is none Go has its offset, "+03". */
function zoneName(date: Date, offset: number): string {
  const name = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date).find(({ type }) => type === "timeZoneName")?.value ?? "";
  if (name === "GMT" && offset === 0) return "GMT";
  return /^[A-Z]{3,5}$/.test(name) ? name : zoneOffset(offset, offset % 3_600 === 0 ? "-07" : "-0700");
}

function named(type: string, text: string): GoStruct {
  return new GoStruct(type, {}, { String: withSignature(() => text) });
}
