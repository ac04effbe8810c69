/** Runs training programs, chunk by chunk. */
import { encodeModel } from "../codec/encode.js";
import { OnnxError } from "../errors.js";
import { stepFactors } from "../optimizers/optimizer.js";
import { openSession, type Session, type SessionOptions } from "../session.js";
import { elementCount, type Tensor } from "../tensor.js";
import { type ParameterGroup, packedData, unpackedData } from "./parameters.js";
import { columnInput, isCarried, type Program } from "./program.js";

/** Plain data: it can be stored and given back to go on from there. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** One array for each of the program's parts. */
  readonly parts: readonly Float32Array[];
}

export interface Start {
  /** By name of the initializer. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** By slot, then by name of the initializer: one tensor of its shape each. */
  readonly slots?: Readonly<Record<string, ReadonlyMap<string, Tensor>>>;
}

export interface Chunk {
  /** All rows, by column. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** Row numbers, [steps, batch]. */
  readonly plan: Tensor;
  /** Hyper-parameters that differ from the optimizer's own at a step (1 for the first ever). */
  readonly hyper?: (step: number) => Readonly<Record<string, number>>;
}

/** How a chunk ended: all steps done, or stopped at one (1 for the first ever) of which loss or gradient isn't finite. */
export type Outcome =
  | { readonly code: "DONE" }
  | { readonly code: "NOT_FINITE"; readonly step: number; readonly what: "loss" | "gradient" };

export interface ChunkResult {
  /** After the last step whose loss and gradient were finite. */
  readonly state: TrainingState;
  readonly outcome: Outcome;
  /** Of each step, before its update; the last one isn't finite where that ended the chunk. */
  readonly losses: Float32Array;
  /** Of the whole gradient, of each step. */
  readonly norms: Float32Array;
}

export class Trainer {
  private constructor(
    readonly program: Program,
    private readonly session: Session,
  ) {}

  /** @throws OnnxError ONNX_LOAD */
  static async open(program: Program, options: SessionOptions = {}): Promise<Trainer> {
    return new Trainer(program, await openSession(encodeModel(program.model), options));
  }

  /** The state before the first step; what isn't given is the model's own, and slots as the optimizer starts them. */
  start({ weights = this.program.initial, slots = {} }: Start = {}): TrainingState {
    const { groups, state } = this.program;
    const parts = state.map(({ group, slot, dims }) => {
      const given = slot === null ? weights : slots[slot.name];
      if (given !== undefined) return packedData(groups[group] as ParameterGroup, given);
      if (slot?.initial === "weights") return packedData(groups[group] as ParameterGroup, weights);
      return new Float32Array(elementCount(dims)).fill(slot?.initial === "ones" ? 1 : 0);
    });
    return { step: 0, parts };
  }

  /** What trained, by name: the weights, or the optimizer's result in their place. */
  weights({ parts }: TrainingState): Map<string, Tensor> {
    const { groups, optimizer, state } = this.program;
    const wanted = optimizer.result ?? null;
    const found = [...state.entries()].filter(([, { slot }]) => (slot?.name ?? null) === wanted);
    return new Map(
      found.flatMap(([index, { group }]) =>
        unpackedData(groups[group] as ParameterGroup, parts[index] ?? new Float32Array()),
      ),
    );
  }

  /**
   * As many steps as the plan has rows. What a step makes not finite ends the chunk before that step.
   * @throws OnnxError ONNX_RUN, ONNX_INVALID for data or a state that don't fit, ONNX_OPTION for hyper-parameters
   */
  async run(state: TrainingState, chunk: Chunk): Promise<ChunkResult> {
    const { parts, losses, norms } = await this.steps(state, chunk);
    const last = losses.length - 1;
    const [loss = 0, norm = 0] = [losses[last], norms[last]];
    if (Number.isFinite(loss + norm))
      return { state: { step: state.step + losses.length, parts }, outcome: { code: "DONE" }, losses, norms };
    // The step has spoilt the weights already. Steps give the same bits each time, so those before it are done again.
    const good =
      last === 0 ? state.parts : (await this.steps(state, { ...chunk, plan: firstRows(chunk.plan, last) })).parts;
    const what = Number.isFinite(loss) ? "gradient" : "loss";
    const outcome = { code: "NOT_FINITE", step: state.step + losses.length, what } as const;
    return { state: { step: state.step + last, parts: good }, outcome, losses, norms };
  }

  private async steps(state: TrainingState, { data, plan, hyper = () => ({}) }: Chunk) {
    const [steps = 0] = plan.dims;
    const results = await this.session.run({
      plan,
      factors: this.factors(state.step, steps, hyper),
      ...Object.fromEntries(this.program.columns.map(({ name }) => [columnInput(name), column(data, name)])),
      ...Object.fromEntries(this.program.state.map(({ name, dims }, index) => [name, part(state, index, dims)])),
    });
    const parts = this.program.state.map((one, index) =>
      isCarried(one) ? floats(results, `next_${one.name}`) : (state.parts[index] as Float32Array),
    );
    return { parts, losses: floats(results, "losses"), norms: floats(results, "norms") };
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private factors(done: number, steps: number, hyper: NonNullable<Chunk["hyper"]>): Tensor {
    const { optimizer, factors } = this.program;
    const data = new Float32Array(steps * factors.length);
    for (let index = 0; index < steps; index++) {
      const values = stepFactors(optimizer, hyper(done + index + 1), done + index + 1);
      for (const [at, name] of factors.entries()) data[index * factors.length + at] = values[name] ?? Number.NaN;
    }
    return { element: "float", dims: [steps, factors.length], data };
  }
}

function floats(results: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  return results[name]?.data as Float32Array;
}

function firstRows({ element, dims: [, ...dims], data }: Tensor, count: number): Tensor {
  return { element, dims: [count, ...dims], data: (data as BigInt64Array).subarray(0, count * elementCount(dims)) };
}

function column(data: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const found = Object.hasOwn(data, name) ? data[name] : undefined;
  if (found !== undefined) return found;
  throw new OnnxError("ONNX_INVALID", `the data have no column ${JSON.stringify(name)}`);
}

function part(state: TrainingState, index: number, dims: readonly number[]): Tensor {
  const data = state.parts[index];
  if (data?.length === elementCount(dims)) return { element: "float", dims, data };
  throw new OnnxError(
    "ONNX_INVALID",
    `the state's part ${index} doesn't hold [${dims.join(", ")}]: it is of another program`,
  );
}
