// Which keys the schema knows at a place: for suggestions and for environment variables. Reads the schema itself, so that a new
// key is known here without a second list.

import * as z from 'zod';
import { type Path, isMap, valueAt } from './path.ts';
import { configurationSchema } from './schema.ts';

type Schema = z.core.$ZodType;

/** A schema without its wrappers (optional, default), a union as its options. */
function bare(schema: Schema): Schema[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(bare);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return bare(schema.unwrap());
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return bare(schema.unwrap());
  return [schema];
}

function shapeOf(schema: Schema): Readonly<Record<string, Schema>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

/** One place in the schema: everything that may stand there. */
export class SchemaPlace {
  readonly #options: readonly Schema[];

  private constructor(options: readonly Schema[]) {
    this.#options = options;
  }

  static root(): SchemaPlace {
    return new SchemaPlace(bare(configurationSchema));
  }

  /** Whether a list may stand here. */
  get isList(): boolean {
    return this.#options.some((option) => option instanceof z.ZodArray);
  }

  /** Whether nothing but text may stand here. */
  get isText(): boolean {
    const texts = this.#options.filter((option) => option instanceof z.ZodString || option instanceof z.ZodEnum);
    return texts.length > 0 && texts.length === this.#options.length;
  }

  /** The keys that a map here may have; where a `kind` or a `role` is given, those of that kind or role. */
  keys(value?: unknown): string[] {
    const chosen = ['kind', 'role'].reduce((options, word) => {
      const meant = options.filter((shape) => isMap(value) && shape[word]?._zod.values?.has(value[word] as string));
      return meant.length > 0 ? meant : options;
    }, this.#options.map(shapeOf));
    return [...new Set(chosen.flatMap((shape) => Object.keys(shape)))];
  }

  /** The place of a key or of a list's entry. */
  at(step: string | number): SchemaPlace {
    const inner = this.#options.flatMap((option) => {
      if (typeof step === 'number') return option instanceof z.ZodArray ? [option.element] : [];
      const found = Object.hasOwn(shapeOf(option), step) ? shapeOf(option)[step] : undefined;
      return found === undefined ? [] : [found];
    });
    return new SchemaPlace(inner.flatMap(bare));
  }
}

/** The keys known inside the map at `path` of a raw configuration. */
export function knownKeys(root: unknown, path: Path): string[] {
  return path.reduce<SchemaPlace>((place, step) => place.at(step), SchemaPlace.root()).keys(valueAt(root, path));
}
