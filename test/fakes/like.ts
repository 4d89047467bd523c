// Vitest's loose matchers with the type of what they stand for, so that they fit where the value would.

import { expect } from 'vitest';

export const containing = (text: string): string => expect.stringContaining(text) as string;
export const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
export const anyText = (): string => expect.any(String) as string;
export const anyNumber = (): number => expect.any(Number) as number;
