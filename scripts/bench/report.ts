// What was measured, beside its peer and its target, as a table for people or as JSON.

import { execFileSync } from 'node:child_process';
import { arch, cpus, release } from 'node:os';

export interface Row {
  readonly measure: string;
  readonly value: number;
  readonly unit: 'µs' | 'ms' | 'B' | 'KB' | 'MB' | '%' | 'events/s' | 'codes/s' | 'x' | '';
  /** What it is compared with in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** Value over peer, or as the target has it. */
  readonly ratio?: number;
  readonly target?: string;
  readonly met?: boolean;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly architecture: string;
  readonly kernel: string;
  readonly node: string;
  /** Type of the file system under the data. */
  readonly disk: string;
}

export function machineOf(dir: string): Machine {
  const disk = execFileSync('df', ['--output=fstype', dir], { encoding: 'utf8' }).split('\n')[1]?.trim() ?? '';
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? '',
    cores: cpus().length,
    architecture: arch(),
    kernel: release(),
    node: process.version,
    disk,
  };
}

const HEAD = ['measure', 'value', 'floor or peer', 'ratio', 'target', 'met'];

export function table(rows: readonly Row[], machine: Machine): string {
  const cells = rows.map((row) => [
    row.measure,
    withUnit(row.value, row.unit),
    row.peer === undefined ? '' : `${withUnit(row.peer.value, row.unit)} ${row.peer.name}`,
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    row.target ?? '',
    row.met === undefined ? '' : row.met ? 'yes' : 'NO',
  ]);
  const widths = HEAD.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const { cpu, cores, architecture, kernel, node, disk } = machine;
  const on = `${cpu} (${cores} cores, ${architecture}), Linux ${kernel}, Node ${node}, data on ${disk}`;
  return [on, '', line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line), ''].join('\n');
}

/** Three digits that count, whatever the size. */
function withUnit(value: number, unit: string): string {
  const text = Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
  return unit === '' ? text : `${text} ${unit}`;
}
