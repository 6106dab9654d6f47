// Numbers as people read them. The page is in English whatever the browser's language, so its numbers are too.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = value => whole.format(value);

export const rate = value => value < 100 ? value.toFixed(1) : whole.format(value);

/** Seconds as [text, unit]; a dash when there is nothing. */
export function duration(seconds) {
  if (seconds === null) {
    return ['–', ''];
  }

  const milliseconds = seconds * 1000;
  return milliseconds < 10 ? [milliseconds.toFixed(2), 'ms']
    : milliseconds < 100 ? [milliseconds.toFixed(1), 'ms']
    : milliseconds < 10_000 ? [whole.format(milliseconds), 'ms']
    : [seconds.toFixed(1), 's'];
}

export const clock = time => new Date(time).toLocaleTimeString('en-GB');

/** Milliseconds as 3 d 4 h, 4 h 5 min, 5 min 6 s, 6 s. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return days > 0 ? `${days} d ${hours} h`
    : hours > 0 ? `${hours} h ${minutes} min`
    : minutes > 0 ? `${minutes} min ${seconds % 60} s`
    : `${seconds} s`;
}
