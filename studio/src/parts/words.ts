/** Numbers, times and counts as people read them. */

const whole = new Intl.NumberFormat("en");
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const dayOnly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** `1,234 labels`, `1 label`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${whole.format(number)} ${number === 1 ? one : many}`;
}

export function number(value: number): string {
  return whole.format(value);
}

/** A share as per cent with one digit: `97.5 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The day and time of a timestamp of the service, where the reader is. */
export function moment(timestamp: string): string {
  return date.format(new Date(timestamp));
}

/** Seconds as `40 s`, `3 min`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes as `812 B`, `12 kB`, `3.4 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1_000_000) return `${Math.round(size / 1000)} kB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/** The day of a timestamp of the service, where the reader is. */
export function day(timestamp: string): string {
  return dayOnly.format(new Date(timestamp));
}
