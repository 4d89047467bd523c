// The exit codes of every command (CONTRACT section 2; 78 is EX_CONFIG of sysexits.h).

export const EXIT = { good: 0, failed: 1, usage: 2, configuration: 78 } as const;
