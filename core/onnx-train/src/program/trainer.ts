/** Runs training programs, chunk by chunk. */
import { encodeModel } from "../codec/encode.js";
import { OnnxError } from "../errors.js";
import { checkKnown } from "../given.js";
import type { Session, SessionOptions } from "../session.js";
import { elementCount, type Tensor } from "../tensor.js";
import { checkData } from "./columns.js";
import type { Hyper } from "./hyper.js";
import { allFinite, type Break, breakOf, mixed, type Outcome } from "./outcome.js";
import { packedData, unpackedData } from "./parameters.js";
import { checkPlan, stepsOf } from "./plan.js";
import type { Program } from "./program.js";
import { isResult, type TrainingState } from "./state.js";
import { FLUSHED_EVERY, openProgram, runStretch, type Stretch, type StretchResult } from "./stretch.js";

export type Tensors = ReadonlyMap<string, Tensor>;

export interface Start {
  /** By name of the initializer; one map for all models, or one for each. What it lacks is the model's own. */
  readonly weights?: Tensors | readonly Tensors[];
  /** By slot, then by name of the initializer: one tensor of its shape each, the same for all models. */
  readonly slots?: Readonly<Record<string, Tensors>>;
}

export interface Chunk {
  /** All rows, by column. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** Row numbers, int64 [steps, batch]; with several models also [steps, models, batch]. */
  readonly plan: Tensor;
  /** Hyper-parameters that differ from the optimizer's own at a step (1 for the first ever) and model (from 0). */
  readonly hyper?: (step: number, model: number) => Hyper;
  /** Of dropout: one, or one for each model; default 0. */
  readonly seed?: number | readonly number[];
}

export interface ChunkResult {
  /** After the last step that was finite, model by model. */
  readonly state: TrainingState;
  /** One for each model. */
  readonly outcomes: readonly Outcome[];
  /** [steps], or [steps, models]: of each step, before its update. */
  readonly losses: Float32Array;
  /** Of the whole gradient, likewise. */
  readonly norms: Float32Array;
  /** Of each tensor's gradient, [steps, tensors] or [steps, models, tensors]; empty unless the program tells them. */
  readonly each: Float32Array;
  /** By name of what is watched, the mean of |h| over the chunk's rows: [units], or [models, units]. */
  readonly activity: Readonly<Record<string, Float32Array>>;
}

const NO_OVERRIDES: Hyper = {};

export class Trainer {
  constructor(
    readonly program: Program,
    private readonly session: Session,
  ) {}

  /** @throws OnnxError ONNX_LOAD */
  static async open(program: Program, options: SessionOptions = {}): Promise<Trainer> {
    return new Trainer(program, await openProgram(program, encodeModel(program.model), options));
  }

  /**
   * The state before the first step; what isn't given is the model's own, and slots as the optimizer starts them.
   * @throws OnnxError ONNX_INVALID for a tensor of another shape than the program's, or of a name that it doesn't have
   */
  start({ weights = [], slots = {} }: Start = {}): TrainingState {
    const given: readonly Tensors[] = Array.isArray(weights) ? weights : this.each(() => weights as Tensors);
    if (given.length !== this.models && given.length > 0)
      throw invalid(`weights for ${given.length} models were given to a program of ${this.models}`);
    checkKnown(
      "start: slots",
      slots,
      this.program.layout.optimizer.slots.map(({ name }) => name),
    );
    const all = this.each((model) => this.checked("weights", given[model] ?? new Map(), this.program.initial));
    const parts = this.program.state.map(({ slot, group, dims }) => {
      const own = slot === null ? undefined : slots[slot.name];
      if (own !== undefined)
        return packedData(
          group,
          this.each(() => this.checked(slot?.name ?? "", own, new Map())),
        );
      if (slot === null || slot.initial === "weights") return packedData(group, all);
      return new Float32Array(elementCount(dims)).fill(slot.initial === "ones" ? 1 : 0);
    });
    return { step: 0, parts };
  }

  /** What trained, by name: the weights, or the optimizer's result in their place, and running statistics. */
  weights({ parts }: TrainingState, model = 0): Map<string, Tensor> {
    const { layout, state } = this.program;
    return new Map(
      state.flatMap((part, index) =>
        isResult(part, layout.optimizer) ? unpackedData(part.group, parts[index] ?? new Float32Array(), model) : [],
      ),
    );
  }

  /**
   * As many steps as the plan has rows. A model of which a step isn't finite ends before that step; the others go on.
   * @throws OnnxError ONNX_RUN, ONNX_INVALID for data, a plan or a state that don't fit, ONNX_OPTION for hyper-parameters
   */
  async run(state: TrainingState, { data, plan, hyper = () => NO_OVERRIDES, seed = 0 }: Chunk): Promise<ChunkResult> {
    const whole = checkPlan(plan, this.program.models, this.check(state, data));
    const seeds = this.each((model) => (typeof seed === "number" ? seed : (seed[model] ?? 0)));
    let now = state;
    let outcomes: readonly Outcome[] = this.each(() => ({ code: "DONE" }));
    const told: Told[] = [];
    for (const [from, to] of stretches(state.step, whole.dims[0] ?? 0)) {
      const stretch = { data, plan: stepsOf(whole, from, to), hyper, seeds };
      const result = await runStretch(this.program, this.session, now, stretch);
      const { parts: _, ...trace } = result;
      told.push(trace);
      ({ state: now, outcomes } = await this.settled(now, { stretch, result, outcomes }));
      if (outcomes.every(({ code }) => code !== "DONE")) break;
    }
    return { state: now, outcomes, ...this.summary(told) };
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private get models(): number {
    return this.program.models ?? 1;
  }

  private each<T>(make: (model: number) => T): T[] {
    return Array.from({ length: this.models }, (_, model) => make(model));
  }

  /** The state after a stretch, with each model that broke as it was before that. */
  private async settled(state: TrainingState, { stretch, result, outcomes }: Settling): Promise<Settled> {
    const { models } = this;
    const kept = new Map<number, readonly Float32Array[]>();
    const next: Outcome[] = [];
    let longest = 0;
    for (const [model, before] of outcomes.entries()) {
      const found = before.code === "DONE" ? breakOf(result, result.parts, model) : null;
      if (before.code !== "DONE") kept.set(model, state.parts);
      if (found === null) {
        next.push(before);
        longest = before.code === "DONE" ? result.losses.length / models : longest;
        continue;
      }
      const { good, what, parts } = await this.before(state, stretch, { model, found });
      kept.set(model, parts);
      next.push({ code: "NOT_FINITE", step: state.step + good + 1, what });
      longest = Math.max(longest, good);
    }
    return { state: { step: state.step + longest, parts: mixed(result.parts, models, kept) }, outcomes: next };
  }

  /**
   * The state before a model broke. The step has spoilt it already; steps give the same bits each time, so those before it
   * are done again. Weights that stopped being finite show in the loss of the next step: then the break was one earlier.
   */
  private async before(
    state: TrainingState,
    stretch: Stretch,
    { model, found }: { readonly model: number; readonly found: Break },
  ): Promise<Break & { readonly parts: readonly Float32Array[] }> {
    let { good, what } = found;
    for (;;) {
      if (good === 0) return { good, what, parts: state.parts };
      const again = { ...stretch, plan: stepsOf(stretch.plan, 0, good) };
      const { parts } = await runStretch(this.program, this.session, state, again);
      if (allFinite(parts, this.models, model)) return { good, what, parts };
      good -= 1;
      what = "weights";
    }
  }

  /** @returns how many rows the data have */
  private check(state: TrainingState, data: Chunk["data"]): number {
    for (const [index, { name, dims }] of this.program.state.entries()) {
      if (state.parts[index]?.length !== elementCount(dims))
        throw invalid(`the state's ${name} doesn't hold [${dims.join(", ")}]: it is of another program`);
    }
    return checkData(this.program.columns, data);
  }

  private summary(told: readonly Told[]): Omit<ChunkResult, "state" | "outcomes"> {
    const losses = joined(told.map((one) => one.losses));
    const steps = losses.length / this.models;
    const activity = this.program.watches.map(({ name }, index) => [
      name,
      meanOf(
        told.map((one) => one.activity[index] as Float32Array),
        steps,
      ),
    ]);
    const [norms, each] = [joined(told.map((one) => one.norms)), joined(told.map((one) => one.each))];
    return { losses, norms, each, activity: Object.fromEntries(activity) };
  }

  private checked(what: string, given: Tensors, otherwise: Tensors): Tensors {
    const { initial } = this.program;
    for (const [name, { element, dims }] of given) {
      const known = initial.get(name);
      if (known === undefined) throw invalid(`${what}: the program trains no ${JSON.stringify(name)}`);
      if (element !== "float" || String(dims) !== String(known.dims))
        throw invalid(`${what}: ${name} is float [${known.dims.join(", ")}], not ${element} [${dims.join(", ")}]`);
    }
    return new Map([...otherwise, ...given]);
  }
}

/** What is kept of a stretch beside the state, of which only the last one is. */
type Told = Omit<StretchResult, "parts">;

interface Settled {
  readonly state: TrainingState;
  readonly outcomes: readonly Outcome[];
}

interface Settling {
  readonly stretch: Stretch;
  readonly result: StretchResult;
  /** Before the stretch. */
  readonly outcomes: readonly Outcome[];
}

/** Steps are cut where the state is flushed, which depends on their numbers alone, not on how a run is cut into chunks. */
function stretches(done: number, steps: number): [from: number, to: number][] {
  const cuts: [number, number][] = [];
  for (let from = 0; from < steps; ) {
    const to = Math.min(steps, from + FLUSHED_EVERY - ((done + from) % FLUSHED_EVERY));
    cuts.push([from, to]);
    from = to;
  }
  return cuts;
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...rest] = arrays;
  if (rest.length === 0) return first;
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

function meanOf(sums: readonly Float32Array[], count: number): Float32Array {
  const [first = new Float32Array()] = sums;
  return first.map((_, at) => sums.reduce((sum, one) => sum + (one[at] as number), 0) / count);
}

function invalid(message: string): OnnxError {
  return new OnnxError("ONNX_INVALID", message);
}
