// The experiments there are, in the order in which they run. A new one is one file and one line here.

import type { Experiment } from './experiment.ts';
import { centre } from './experiments/centre.ts';
import { clock } from './experiments/clock.ts';
import { crash } from './experiments/crash.ts';
import { cut } from './experiments/cut.ts';
import { disk } from './experiments/disk.ts';
import { flood } from './experiments/flood.ts';
import { broker } from './experiments/broker.ts';
import { power } from './experiments/power.ts';
import { wire } from './experiments/wire.ts';

export const EXPERIMENTS: readonly Experiment[] = [crash, cut, broker, centre, flood, wire, disk, clock, power];
