// Where bytes come into src/, and of each such file whether a target feeds it. A parser that is neither fed nor listed here with a
// reason makes test/fuzz/targets.test.ts red.

/** What a file does that takes bytes apart, or takes them in. */
export const TAKES_BYTES =
  /JSON\.parse\(|new DataView|X509Certificate\(|create(?:Public|Private)Key\(|new TextDecoder|nflateSync\(|\.on\('data'|createServer\(|readFileSync\(|readFile\(|'base64(?:url)?'\)|parseDocument\(|readUInt|readSync\(|createReadStream\(|\.stdin\b|jsQR\.|prepareZXing/u;

/** Files that no target feeds, by the reason why not. */
export const NOT_FED: Readonly<Record<string, readonly string[]>> = {
  'takes bytes in, and a parser that is fed takes them apart': [
    'src/commands/command/show.ts',
    'src/commands/doctor/listen-once.ts',
    'src/commands/doctor/scanners.ts',
    'src/commands/explain.ts',
    'src/commands/list/show.ts',
    'src/commands/list/sign.ts',
    'src/commands/run-daemon.ts',
    'src/lists/loaded.ts',
    'src/lists/swap-worker.ts',
    'src/scanners/capture.ts',
    'src/scanners/hid.ts',
    'src/scanners/serial-port.ts',
    'src/scanners/stdin.ts',
    'src/system/polled-reads.ts',
    'src/uplink/address.ts',
  ],
  "the daemon's own rows, written by it and proven by hash and seal: journal-rows feeds that proof; test/journal/damage.test.ts damages them":
    [
      'src/commands/journal/csv.ts',
      'src/commands/journal/export.ts',
      'src/commands/journal/line.ts',
      'src/commands/journal/verify.ts',
      'src/commands/today.ts',
      'src/journal/chain.ts',
      'src/journal/database.ts',
      'src/journal/presence.ts',
      'src/journal/prune.ts',
      'src/journal/soundness.ts',
      'src/lists/store.ts',
      'src/uplink/backlog.ts',
    ],
  "the daemon's own words to itself, in files that only its account can write or in its memory": [
    'src/commands/handover.ts',
    'src/journal/lock.ts',
    'src/journal/orders-copy.ts',
    'src/system/secrets.ts',
    'src/uplink/worker.ts',
  ],
  'writes bytes and reads none': ['src/commands/pass/sheet.ts', 'src/indicators/beeper.ts', 'src/system/echo.ts'],
  "the kernel's own words, which nobody outside has a part in": [
    'src/scanners/modem-probing.ts',
    'src/scanners/serial-failure.ts',
    'src/scanners/serial-lookalikes.ts',
    'src/system/clock.ts',
    'src/system/own-process.ts',
    'src/system/storage-medium.ts',
    'src/system/sysfs.ts',
    'src/system/temperature.ts',
  ],
  "what a camera's program complains of: its last lines, bounded, for a message": ['src/scanners/camera-child.ts'],
};
