// A small chart of the last two minutes. It moves with every sample and is never animated.

const Width = 240;
const Height = 60;
const Span = 120_000;

/** Between samples that lie further apart there is a hole, not a line. */
const Hole = 5_000;

export class Chart {
  /**
   * @param svg The element to draw into.
   * @param top The element that says what the upper edge stands for.
   * @param series Class name and whether it is filled, in the order in which they are drawn.
   */
  constructor(svg, top, series) {
    this.top = top;
    this.series = series.map(([name, filled]) => ({ line: append(svg, name), area: filled ? append(svg, `${name} area`) : null }));
  }

  /** @param times Unix milliseconds. @param values One array a series, null where there is no value. */
  draw(times, values, format) {
    const limit = roundUp(Math.max(1, ...values.flat()));
    const start = times.at(-1) - Span;
    this.top.textContent = `max ${format(limit)}`;
    values.forEach((value, index) => {
      const runs = split(times, value).map(run => run.map(([time, height]) =>
        [((time - start) / Span * Width).toFixed(1), (Height - height / limit * (Height - 2) - 1).toFixed(1)]));
      const { line, area } = this.series[index];
      line.setAttribute('d', runs.map(run => `M${run.map(point => point.join()).join('L')}`).join(''));
      area?.setAttribute('d', runs.map(run => `M${run[0][0]},${Height}L${run.map(point => point.join()).join('L')}L${run.at(-1)[0]},${Height}Z`).join(''));
    });
  }
}

function append(svg, name) {
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('class', name);
  svg.append(path);
  return path;
}

function split(times, values) {
  const runs = [];
  let before = -Infinity;
  times.forEach((time, index) => {
    if (values[index] === null) {
      before = -Infinity;
      return;
    }

    if (time - before > Hole) {
      runs.push([]);
    }

    runs.at(-1).push([time, values[index]]);
    before = time;
  });
  return runs;
}

/** To 1, 2 or 5 times a power of ten: the scale stays the same while the values move a little. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find(step => step * power >= value) * power;
}
