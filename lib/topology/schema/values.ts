import * as z from "zod";
import { written } from "../../text/written.ts";
import type { ValueUnit } from "../fields/fields.ts";
import { durationPattern, durationToWire } from "../units/durations.ts";
import { sizePattern, sizeToWire } from "../units/sizes.ts";
import { UnitError } from "../units/unit-error.ts";

/** Runs a unit's parser, and makes the message of its error an issue of the schema. */
function inUnit<T>(parse: (value: T) => unknown) {
  return (value: T, ctx: z.RefinementCtx<T>) => {
    try {
      parse(value);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      ctx.addIssue({ code: "custom", message: error.message });
    }
  };
}

const duration = z
  .string({
    error: ({ input }) =>
      `${written(input)} is not a duration: write a text with its unit, like "90d", "2m" or "500ms".`,
  })
  .superRefine(inUnit(durationToWire))
  .meta({ pattern: durationPattern });

const size = z
  .union([z.string().meta({ pattern: sizePattern }), z.number()], {
    error: ({ input }) => `${written(input)} is not a size: write a text like "512MiB", or whole bytes.`,
  })
  .superRefine(inUnit(sizeToWire));

const limit = z
  .union([z.int().min(-1), z.literal("unlimited")], {
    error: ({ input }) => `${written(input)} is not a limit: write a whole number, or "unlimited" (-1).`,
  })
  .refine((value) => value !== 0, {
    error: `0 would be no limit at all to the server: write "unlimited" if that is meant, or a number from 1.`,
  });

const schemas = { duration, age: duration, size, requestSize: size, count: limit };

/**
 * The schema of a field with a unit other than `plain`. Each call returns a new object, so that each field has its own
 * description.
 */
export function measured<U extends Exclude<ValueUnit, "plain">>(unit: U) {
  return schemas[unit].optional() as z.ZodOptional<(typeof schemas)[U]>;
}

export const flag = () => z.boolean().optional();
export const text = () => z.string().optional();
export const texts = () => z.array(z.string()).optional();
/** A whole number that JSON can hold exactly. */
export const whole = ({ from, to }: { from: number; to?: number }) => {
  const atLeast = z.int().min(from);
  return (to === undefined ? atLeast : atLeast.max(to)).optional();
};
export const instant = () => z.iso.datetime({ offset: true }).optional();
export const metadata = () => z.record(z.string(), z.string()).optional();
