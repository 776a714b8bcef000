import type { Block, Inline } from '../../domain/document.ts';
import { joined, text } from '../nodes.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt } from './json-shape.ts';
import { readUnknown } from './read-unknown.ts';
import type { Reading } from './reading.ts';
import { readTextBlocks, readTextInlines } from './text-object.ts';

/**
 * A chart (`data_visualization`) as its title and its figures: a pie as a list of label and figure, the others as a table
 * with a row for each label and a column for each series. The picture is lost. Source:
 * docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export function readChart(block: Shape, reading: Reading): readonly Block[] {
  const chart = shapeAt(block, 'chart');
  const figures = [...readPie(chart), ...readSeries(chart)];
  if (figures.length === 0) {
    return readUnknown(block, reading);
  }
  reading.add('unsupported', 'data_visualization');
  const title = readTextInlines(fieldAt(block, 'title'));
  return [...(title.length > 0 ? [{ kind: 'heading', content: title } as const] : []), ...figures];
}

function readPie(chart: Shape): readonly Block[] {
  const items = shapesAt(chart, 'segments').map((segment) =>
    joined([readTextInlines(fieldAt(segment, 'label')), figureOf(segment)], ': '),
  );
  return items.length > 0 ? [{ kind: 'list', ordered: false, indent: 0, start: 1, items }] : [];
}

/** The names of the axes stand where they belong: above the rows, and above the figures. */
function readSeries(chart: Shape): readonly Block[] {
  const series = shapesAt(chart, 'series');
  const axes = shapeAt(chart, 'axis_config');
  const header = [
    readTextInlines(fieldAt(axes, 'x_label')),
    ...series.map((one) => readTextInlines(fieldAt(one, 'name'))),
  ];
  const rows = labelsOf(axes, series).map((label, at) => [
    readTextInlines(label),
    ...series.map((one) => figureOf(pointOf(one, label, at))),
  ]);
  return rows.length > 0
    ? [...readTextBlocks(fieldAt(axes, 'y_label')), { kind: 'table', rows: [header, ...rows] }]
    : [];
}

/** The points carry their labels, which the axis names in their order. */
function labelsOf(axes: Shape, series: readonly Shape[]): readonly string[] {
  const named = listAt(axes, 'categories').filter((label) => typeof label === 'string');
  const carried = series.flatMap((one) => shapesAt(one, 'data').map((point) => fieldAt(point, 'label')));
  return [...new Set([...named, ...carried.filter((label) => typeof label === 'string')])];
}

function pointOf(series: Shape, label: string, at: number): Shape {
  const points = shapesAt(series, 'data');
  const labelled = points.some((point) => fieldAt(point, 'label') !== undefined);
  return (labelled ? points.find((point) => fieldAt(point, 'label') === label) : points[at]) ?? {};
}

function figureOf(point: Shape): readonly Inline[] {
  const value = fieldAt(point, 'value');
  return typeof value === 'number' ? [text(String(value))] : readTextInlines(value);
}
