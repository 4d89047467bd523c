// A network namespace with one cable (veth) to this machine, whose far end can lose packets, go dead and be slow: the kernel's own
// trouble, below TCP. Needs root, iproute2 and nftables. Addresses are of the range for benchmarks (RFC 2544) and go nowhere.

import { execFileSync } from 'node:child_process';

export interface Namespace {
  /** This machine's end of the cable. */
  readonly host: string;
  /** What a program is started through to be inside. */
  readonly through: readonly string[];
  /** That share of the packets is lost, each way; 0 ends it. */
  lose(percent: number): void;
  /** A dead cable: nothing passes, and nobody hears of it. */
  dead(dead: boolean): void;
  /** What goes out passes at so many kilobits a second; undefined: at any speed. */
  slow(kilobits: number | undefined): void;
  close(): void;
}

const run = (...words: readonly string[]): string =>
  execFileSync(words[0] ?? '', words.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const there = new Set<string>();
process.on('exit', () => {
  for (const name of there) run('ip', 'netns', 'delete', name);
});

/** Why there can't be a namespace here; undefined where there can. */
export function noNamespace(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `gate-try-${process.pid}`;
  try {
    run('ip', 'netns', 'add', name);
  } catch {
    return 'network namespaces need iproute2 and a kernel that allows them';
  }
  try {
    run('ip', 'netns', 'exec', name, 'nft', 'list', 'ruleset');
    return undefined;
  } catch {
    return 'losing packets needs nftables';
  } finally {
    run('ip', 'netns', 'delete', name);
  }
}

/** So many nets of four addresses are in a range of 256. */
const NETS = 64;
let made = 0;

/** At most 64 at a time. */
export function makeNamespace(): Namespace {
  const number = made % NETS;
  made += 1;
  const name = `gate-${process.pid}-${number}`;
  const [here, inside] = [`gr${process.pid}h${number}`, `gr${process.pid}n${number}`];
  const net = `198.18.${process.pid % 256}`;
  const host = `${net}.${number * 4 + 1}`;
  const within = (...words: readonly string[]): string => run('ip', 'netns', 'exec', name, ...words);
  run('ip', 'netns', 'add', name);
  there.add(name);
  run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
  run('ip', 'address', 'add', `${host}/30`, 'dev', here);
  run('ip', 'link', 'set', here, 'up');
  within('ip', 'address', 'add', `${net}.${number * 4 + 2}/30`, 'dev', inside);
  for (const device of ['lo', inside]) within('ip', 'link', 'set', device, 'up');
  return {
    host,
    through: ['ip', 'netns', 'exec', name],
    lose(percent) {
      within('nft', 'flush', 'ruleset');
      if (percent === 0) return;
      within('nft', 'add', 'table', 'inet', 'loss');
      for (const [chain, device] of [
        ['input', 'iif'],
        ['output', 'oif'],
      ] as const) {
        within('nft', 'add', 'chain', 'inet', 'loss', chain, `{ type filter hook ${chain} priority 0 ; }`);
        within('nft', 'add', 'rule', 'inet', 'loss', chain, `${device} ${inside} numgen random mod 100 < ${percent} drop`);
      }
    },
    dead: (dead) => void run('ip', 'link', 'set', here, dead ? 'down' : 'up'),
    slow(kilobits) {
      if (kilobits === undefined) within('tc', 'qdisc', 'delete', 'dev', inside, 'root');
      else {
        const bucket = ['burst', '4kb', 'latency', '2s'];
        within('tc', 'qdisc', 'replace', 'dev', inside, 'root', 'tbf', 'rate', `${kilobits}kbit`, ...bucket);
      }
    },
    close() {
      // The cable goes with the namespace it ends in.
      run('ip', 'netns', 'delete', name);
      there.delete(name);
    },
  };
}
