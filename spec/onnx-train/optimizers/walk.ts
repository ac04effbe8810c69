/** Steps of an optimizer through onnxruntime, one call each, on gradients worked out outside of the graph. */
import {
  encodeModel,
  GraphBuilder,
  type Optimizer,
  openSession,
  type Session,
  stepFactors,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";

const SIZE = 6;

/** Those of spec/fixtures/onnx/optimizers.py. */
export const START = Array.from({ length: SIZE }, (_, at) => Math.sin(2 + at));

export function gradientAt(step: number, weights: readonly number[]): number[] {
  const scale = step % 7 === 0 ? 8 : 1;
  return weights.map((weight, at) => scale * (0.5 * weight + Math.cos(0.7 * step + 1.3 * at)));
}

export const rateAt = (step: number) => 0.05 / (1 + 0.1 * step);

export interface Walk {
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly hyper?: (step: number) => Readonly<Record<string, number>>;
  readonly gradient?: (step: number, weights: readonly number[]) => readonly number[];
  /** In place of what slots start with. */
  readonly slots?: Readonly<Record<string, readonly number[]>>;
}

/** A graph of one step, with as many nodes as the optimizer makes. */
export function stepGraph(optimizer: Optimizer, dims: readonly number[] = [SIZE]): GraphBuilder {
  const g = new GraphBuilder("step");
  const inputs = new Map<string, Value>();
  const input = (name: string, shape: readonly number[]) => {
    const value = inputs.get(name) ?? g.input(name, "float", shape);
    inputs.set(name, value);
    return value;
  };
  const updated = optimizer.update({
    g,
    weight: input("weight", dims),
    gradient: input("gradient", dims),
    slots: (name) => input(`slot ${name}`, dims),
    factor: (name) => input(`factor ${name}`, []),
    norm: () => input("norm", []),
  });
  g.output(updated.weight, "next");
  for (const [name, value] of Object.entries(updated.slots)) g.output(value, `next ${name}`);
  return g;
}

function started(initial: string): number[] {
  return initial === "weights" ? START : START.map(() => (initial === "ones" ? 1 : 0));
}

/** What a step is given, of what it asks for. */
function feeds(session: Session, given: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(session.inputs.map(({ name }) => [name, given[name] as Tensor]));
}

export interface Place {
  readonly weight: readonly number[];
  readonly slots: Readonly<Record<string, readonly number[]>>;
}

const numbers = (one: Tensor | undefined) => Array.from(one?.data as Float32Array);
const floats = (values: readonly number[]) => tensor("float", [values.length], values);

/** Where the weights and the slots are after each step. */
export async function walk({
  optimizer,
  steps,
  hyper = () => ({}),
  gradient = gradientAt,
  slots: given = {},
}: Walk): Promise<Place[]> {
  const session = await openSession(encodeModel(stepGraph(optimizer).model()));
  let weight: readonly number[] = START;
  let slots = Object.fromEntries(optimizer.slots.map(({ name, initial }) => [name, given[name] ?? started(initial)]));
  const places: Place[] = [];
  for (let step = 1; step <= steps; step++) {
    const down = gradient(step, weight);
    const factors = Object.entries(stepFactors(optimizer, hyper(step), step));
    const results = await session.run(
      feeds(session, {
        weight: floats(weight),
        gradient: floats(down),
        norm: tensor("float", [], [Math.hypot(...down)]),
        ...Object.fromEntries(factors.map(([name, value]) => [`factor ${name}`, tensor("float", [], [value])])),
        ...Object.fromEntries(Object.entries(slots).map(([name, values]) => [`slot ${name}`, floats(values)])),
      }),
    );
    weight = numbers(results.next);
    const moved = optimizer.slots.filter(({ constant }) => constant !== true);
    slots = { ...slots, ...Object.fromEntries(moved.map(({ name }) => [name, numbers(results[`next ${name}`])])) };
    places.push({ weight, slots });
  }
  await session.release();
  return places;
}

/** Fails where values are further apart than rounding in float32 over some dozen steps explains. */
export function expectNear(found: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(found.length).toBe(expected.length);
  const worst = expected.map((values, step) =>
    Math.max(...values.map((value, at) => Math.abs(value - Number(found[step]?.[at])))),
  );
  expect(Math.max(...worst) < 2e-5 ? "near" : { worst }).toBe("near");
}
