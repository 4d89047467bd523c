// Opens one connection as the uplink would and says how it went, in a process whose environment the test chooses.

import { TLSSocket } from 'node:tls';
import { readAddress } from '../../src/uplink/address.ts';

const [broker = '', caFile = ''] = process.argv.slice(2);
const socket = readAddress({ broker, ...(caFile !== '' && { tls: { caFile } }) }).open(10_000);
socket.on('error', (error: NodeJS.ErrnoException) => {
  process.stdout.write(`refused ${error.code ?? error.message}\n`);
});
socket.on('secureConnect', () => {
  const { standardName } = socket instanceof TLSSocket ? socket.getCipher() : {};
  process.stdout.write(`connected ${socket instanceof TLSSocket ? socket.getProtocol() : ''} ${standardName ?? ''}\n`);
  socket.destroy();
});
