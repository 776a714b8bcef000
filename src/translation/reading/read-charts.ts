import type { Block, Inline } from '../../domain/document.ts';
import { text } from '../nodes.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt } from './json-shape.ts';
import { readUnknown } from './read-unknown.ts';
import type { Reading } from './reading.ts';
import { readTextBlocks, readTextInlines } from './text-object.ts';

/**
 * A chart (`data_visualization`) as its title and its figures: a pie as label and value, the others as a table with a
 * row for each label and a column for each series. The picture is lost.
 * docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export function readChart(block: Shape, reading: Reading): readonly Block[] {
  const chart = shapeAt(block, 'chart');
  const rows = [...readPie(chart), ...readSeries(chart)];
  if (rows.length === 0) {
    return readUnknown(block, reading);
  }
  reading.add('unsupported', 'data_visualization');
  const title = readTextInlines(fieldAt(block, 'title'));
  return [
    ...(title.length > 0 ? [{ kind: 'heading', content: title } as const] : []),
    ...axesOf(chart),
    { kind: 'table', rows },
  ];
}

type Row = readonly (readonly Inline[])[];

/** A pie has no names for its columns, so the header is empty and goes unseen. */
function readPie(chart: Shape): readonly Row[] {
  return shapesAt(chart, 'segments').map((segment) => [labelOf(segment), figureOf(segment)]);
}

function readSeries(chart: Shape): readonly Row[] {
  const series = shapesAt(chart, 'series');
  const labels = labelsOf(chart, series);
  const header = [[], ...series.map((one) => readTextInlines(fieldAt(one, 'name')))];
  const rows = labels.map((label, at) => [
    readTextInlines(label),
    ...series.map((one) => figureOf(pointOf(one, label, at))),
  ]);
  return rows.length > 0 ? [header, ...rows] : [];
}

/** The points carry their labels, which the axis names in their order. */
function labelsOf(chart: Shape, series: readonly Shape[]): readonly string[] {
  const named = listAt(shapeAt(chart, 'axis_config'), 'categories').filter((label) => typeof label === 'string');
  const carried = series.flatMap((one) => shapesAt(one, 'data').map((point) => fieldAt(point, 'label')));
  return [...new Set([...named, ...carried.filter((label) => typeof label === 'string')])];
}

function pointOf(series: Shape, label: string, at: number): Shape {
  const points = shapesAt(series, 'data');
  const labelled = points.some((point) => fieldAt(point, 'label') !== undefined);
  return (labelled ? points.find((point) => fieldAt(point, 'label') === label) : points[at]) ?? {};
}

function labelOf(point: Shape): readonly Inline[] {
  return readTextInlines(fieldAt(point, 'label'));
}

function figureOf(point: Shape): readonly Inline[] {
  const value = fieldAt(point, 'value');
  return typeof value === 'number' ? [text(String(value))] : readTextInlines(value);
}

function axesOf(chart: Shape): readonly Block[] {
  const axes = shapeAt(chart, 'axis_config');
  return [...readTextBlocks(fieldAt(axes, 'x_label')), ...readTextBlocks(fieldAt(axes, 'y_label'))];
}
