// The least that any gate reader must do for a scan: read a line from a serial port, append as many bytes as one event to a
// file, fdatasync, say so on standard output. Arguments: the port, the file, the bytes.

import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { ReadlineParser, SerialPort } from 'serialport';

const [path = '', file = '', bytes = ''] = process.argv.slice(2);
const event = Buffer.alloc(Number(bytes), 'e');
const fd = openSync(file, 'a', 0o600);
const port = new SerialPort({ path, baudRate: 115_200 });

port.on('open', () => process.stdout.write('ready\n'));
port.pipe(new ReadlineParser({ delimiter: '\r' })).on('data', () => {
  writeSync(fd, event);
  fdatasyncSync(fd);
  process.stdout.write('done\n');
});
