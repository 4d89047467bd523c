// A program whose gate is open, on line files below the folder of its first argument; leaves as its second argument says.

import { patternsFor } from '../../src/config/patterns.ts';
import { driveIndicator } from '../../src/indicators/drive.ts';
import { onoffKind } from '../../src/indicators/onoff.ts';
import { sysfs } from '../../src/system/sysfs.ts';

const [root = '', way = ''] = process.argv.slice(2);
const line = { line: 1, activeLow: false };
const outputs = { chip: 'test', green: line, red: { ...line, line: 2 }, relay: { ...line, line: 3, pulseMs: 60_000 } };
const indicator = driveIndicator(onoffKind(outputs, { files: sysfs(root) }), {
  patterns: patternsFor({ kind: 'onoff' }),
  localTime: () => '12:00',
  report: (message) => void (message !== undefined && process.stderr.write(`${message}\n`)),
});
const shown = { verdict: 'granted', reason: 'ok', kind: 'token', signal: 'granted-in', repeated: false, opens: true } as const;
indicator.show(shown);
process.stdout.write(`open ${sysfs(root).read('class/gpio/gpio3/value')}\n`);
if (way === 'exit') process.exit(3);
if (way === 'throw') throw new Error('unforeseen');
