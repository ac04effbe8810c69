/** One call of a training program: a stretch of steps. */
import { openSession, type Session, type SessionOptions } from "../session.js";
import { elementCount, type Tensor } from "../tensor.js";
import { columnInput } from "./columns.js";
import { factorTable, type Hyper } from "./hyper.js";
import { noisePlaces, noiseTable } from "./noise.js";
import type { Trace } from "./outcome.js";
import type { Program } from "./program.js";
import { isCarried, type TrainingState } from "./state.js";

export interface Stretch {
  /** All rows, by column. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** Int64 [steps, batch], or [steps, models, batch]. */
  readonly plan: Tensor;
  readonly hyper: (step: number, model: number) => Hyper;
  /** One for each model. */
  readonly seeds: readonly number[];
}

export interface StretchResult extends Trace {
  readonly parts: readonly Float32Array[];
  readonly each: Float32Array;
  /** For each watch the sum over the steps. */
  readonly activity: readonly Float32Array[];
}

/**
 * From this many numbers in its state on, a program runs without a plan of its memory, which held a third to a half more of
 * it (transformer, CNN) and gained nothing; 20-64-64-2 takes 10 % longer without.
 */
const LARGE = 500_000;

/** @throws OnnxError ONNX_LOAD */
export function openProgram({ state }: Program, bytes: Uint8Array, options: SessionOptions): Promise<Session> {
  const numbers = state.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  return openSession(bytes, { planned: numbers < LARGE, ...options });
}

/**
 * How often the state is rid of denormal numbers. Moments of units that died fall to them and stay there (0.9 times the
 * smallest is rounded to the smallest again), where some processors take a hundred times as long. Inside of the program that
 * took 5 to 10 % of a step; here it takes nothing that could be measured.
 */
export const FLUSHED_EVERY = 256;

/** The smallest normal float32. */
const SMALLEST = 2 ** -126;

function flush(part: Float32Array): void {
  for (let at = 0; at < part.length; at++) {
    const value = part[at] as number;
    if (value < SMALLEST && value > -SMALLEST) part[at] = 0;
  }
}

/**
 * Takes as many steps as the plan has rows.
 * @throws OnnxError ONNX_RUN, ONNX_OPTION
 */
export async function runStretch(
  program: Program,
  session: Session,
  state: TrainingState,
  { data, plan, hyper, seeds }: Stretch,
): Promise<StretchResult> {
  const [steps = 0] = plan.dims;
  const { models, layout } = program;
  const results = await session.run({
    plan,
    factors: factorTable(layout, { models, done: state.step, steps, hyper }),
    ...Object.fromEntries(program.columns.map(({ name }) => [columnInput(name), data[name] as Tensor])),
    ...Object.fromEntries(program.state.map(({ name, dims }, index) => [name, floatTensor(state.parts[index], dims)])),
    ...noise(program, state.step, { plan, seeds }),
  });
  const floats = (name: string) => (results[name]?.data ?? new Float32Array()) as Float32Array;
  const parts = program.state.map((part, index) =>
    isCarried(part) ? floats(`next_${part.name}`) : (state.parts[index] as Float32Array),
  );
  if ((state.step + steps) % FLUSHED_EVERY === 0)
    for (const [index, part] of parts.entries()) if (part !== state.parts[index]) flush(part);
  return {
    parts,
    models: models ?? 1,
    losses: floats("losses"),
    norms: floats("norms"),
    each: floats("each"),
    activity: program.watches.map((_, index) => floats(`activity_${index}`)),
  };
}

function noise(
  { dropouts, models }: Program,
  done: number,
  { plan: { dims }, seeds }: Pick<Stretch, "plan" | "seeds">,
): Record<string, Tensor> {
  if (dropouts.length === 0) return {};
  const counts = dropouts.map(({ perRow }) => perRow * (dims.at(-1) ?? 0));
  const table = noiseTable(Math.max(...counts));
  const { length } = table.data;
  return { noise: table, places: noisePlaces({ seeds, models, done, steps: dims[0] ?? 0, counts, length }) };
}

function floatTensor(data: Float32Array | undefined, dims: readonly number[]): Tensor {
  return { element: "float", dims, data: data ?? new Float32Array() };
}
