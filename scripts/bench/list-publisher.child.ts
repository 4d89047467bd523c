// An issuer at the centre: publishes a signed list, retained, with QoS 1. Told {file} it reads it and says `loaded`; told {}
// it publishes what it has read and says `published` once the broker has it. Arguments: the broker's port, the topic.

import { readFileSync } from 'node:fs';
import { connect } from 'mqtt';

const [port = '', topic = ''] = process.argv.slice(2);
const client = connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, writeCache: false });
let payload = Buffer.alloc(0);

client.once('connect', () => process.send?.('connected'));
process.on('message', ({ file }: { file?: string }) => {
  if (file === undefined) {
    client.publish(topic, payload, { qos: 1, retain: true }, (error) => {
      if (error) throw error;
      process.send?.('published');
    });
    return;
  }
  payload = readFileSync(file);
  process.send?.('loaded');
});
