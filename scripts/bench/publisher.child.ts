// The peer of a drain: publishes one event a message with QoS 1, at most 100 unacknowledged, as fast as the library and the
// broker go. Nothing is read, nothing is kept. Arguments: the broker's port, the topic, how many, the bytes of one.

import { connect } from 'mqtt';

const WINDOW = 100;

const [port = '', topic = '', events = '', bytes = ''] = process.argv.slice(2);
const client = connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, writeCache: false });
let sent = 0;
let acknowledged = 0;

function publishNext(): void {
  if (sent === Number(events)) return;
  sent += 1;
  const head = `{"epoch":"00000000","sequence":"${String(sent).padStart(12, '0')}","rest":"`;
  client.publish(topic, head.padEnd(Number(bytes) - 2, '.') + '"}', { qos: 1 }, () => {
    acknowledged += 1;
    if (acknowledged === Number(events)) client.end();
    else publishNext();
  });
}

client.once('connect', () => {
  for (let index = 0; index < WINDOW; index += 1) publishNext();
});
