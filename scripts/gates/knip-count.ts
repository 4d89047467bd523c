// A reporter for knip that says how many files it read, which its own reporters do not.

import type { Reporter } from 'knip';

const count: Reporter = ({ counters }) => {
  process.stdout.write(`knip read ${counters.processed} files\n`);
};

export default count;
