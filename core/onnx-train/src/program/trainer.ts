/** Runs training programs, chunk by chunk. */
import { encodeModel } from "../codec/encode.js";
import { OnnxError } from "../errors.js";
import { openSession, type Session, type SessionOptions } from "../session.js";
import { elementCount, type Tensor } from "../tensor.js";
import { checkData, columnInput } from "./columns.js";
import { factorTable, type Hyper } from "./hyper.js";
import { noisePlaces, noiseTable } from "./noise.js";
import { allFinite, type Break, breakOf, mixed, nextName, type Outcome } from "./outcome.js";
import { packedData, unpackedData } from "./parameters.js";
import { checkPlan, stepsOf } from "./plan.js";
import type { Program } from "./program.js";
import { isCarried, type StatePart } from "./state.js";

/** Plain data: it can be stored and given back to go on from there. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** One array for each of the program's parts. */
  readonly parts: readonly Float32Array[];
}

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

interface Run extends Omit<ChunkResult, "state" | "outcomes"> {
  readonly parts: readonly Float32Array[];
}

const NO_OVERRIDES: Hyper = {};

export class Trainer {
  private noise: Tensor | null = null;

  constructor(
    readonly program: Program,
    private readonly session: Session,
  ) {}

  /** @throws OnnxError ONNX_LOAD */
  static async open(program: Program, options: SessionOptions = {}): Promise<Trainer> {
    return new Trainer(program, await openSession(encodeModel(program.model), options));
  }

  /**
   * The state before the first step; what isn't given is the model's own, and slots as the optimizer starts them.
   * @throws OnnxError ONNX_INVALID for a tensor of another shape than the program's, or of a name that it doesn't have
   */
  start({ weights = [], slots = {} }: Start = {}): TrainingState {
    const given: readonly Tensors[] = Array.isArray(weights) ? weights : this.each(() => weights as Tensors);
    if (given.length !== this.models && given.length > 0)
      throw invalid(`weights for ${given.length} models were given to a program of ${this.models}`);
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
    const result = layout.optimizer.result ?? null;
    const isWanted = ({ role, slot }: StatePart) => role === "buffer" || (slot?.name ?? null) === result;
    return new Map(
      state.flatMap((part, index) =>
        isWanted(part) ? unpackedData(part.group, parts[index] ?? new Float32Array(), model) : [],
      ),
    );
  }

  /**
   * As many steps as the plan has rows. A model of which a step isn't finite ends before that step; the others go on.
   * @throws OnnxError ONNX_RUN, ONNX_INVALID for data, a plan or a state that don't fit, ONNX_OPTION for hyper-parameters
   */
  async run(state: TrainingState, chunk: Chunk): Promise<ChunkResult> {
    const checked = { ...chunk, plan: checkPlan(chunk.plan, this.program.models, this.check(state, chunk)) };
    const { parts, ...told } = await this.steps(state, checked);
    const { models } = this;
    const breaks = this.each(
      (model) => breakOf({ ...told, models }, model) ?? (allFinite(parts, models, model) ? null : LATE),
    );
    const done = told.losses.length / models;
    const from = new Map<number, readonly Float32Array[]>();
    const outcomes: Outcome[] = [];
    let longest = 0;
    for (const [model, found] of breaks.entries()) {
      if (found === null) {
        outcomes.push({ code: "DONE" });
        longest = done;
        continue;
      }
      const { good, what, parts: kept } = await this.before(state, checked, { model, found, done });
      from.set(model, kept);
      outcomes.push({ code: "NOT_FINITE", step: state.step + good + 1, what });
      longest = Math.max(longest, good);
    }
    return { state: { step: state.step + longest, parts: mixed(parts, models, from) }, outcomes, ...told };
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

  /**
   * The state before a model broke. The step has spoilt it already; steps give the same bits each time, so those before it
   * are done again. Weights that stopped being finite show in the loss of the next step: then the break was one earlier.
   */
  private async before(
    state: TrainingState,
    chunk: Chunk,
    { model, found, done }: { readonly model: number; readonly found: Break; readonly done: number },
  ): Promise<Break & { readonly parts: readonly Float32Array[] }> {
    let { good, what } = found === LATE ? { good: done - 1, what: "weights" as const } : found;
    for (;;) {
      const parts =
        good === 0 ? state.parts : (await this.steps(state, { ...chunk, plan: stepsOf(chunk.plan, 0, good) })).parts;
      if (good === 0 || allFinite(parts, this.models, model)) return { good, what, parts };
      good -= 1;
      what = "weights";
    }
  }

  /** @returns how many rows the data have */
  private check(state: TrainingState, { data }: Chunk): number {
    for (const [index, { name, dims }] of this.program.state.entries()) {
      if (state.parts[index]?.length !== elementCount(dims))
        throw invalid(`the state's ${name} doesn't hold [${dims.join(", ")}]: it is of another program`);
    }
    return checkData(this.program.columns, data);
  }

  private async steps(state: TrainingState, { data, plan, hyper = () => NO_OVERRIDES, seed = 0 }: Chunk): Promise<Run> {
    const { program } = this;
    const [steps = 0] = plan.dims;
    const { models } = program;
    const results = await this.session.run({
      plan,
      factors: factorTable(program.layout, { models, done: state.step, steps, hyper }),
      ...Object.fromEntries(program.columns.map(({ name }) => [columnInput(name), data[name] as Tensor])),
      ...Object.fromEntries(
        program.state.map(({ name, dims }, index) => [name, floatTensor(state.parts[index], dims)]),
      ),
      ...this.random(state.step, plan, seed),
    });
    const floats = (name: string) => (results[name]?.data ?? new Float32Array()) as Float32Array;
    const parts = program.state.map((part, index) =>
      isCarried(part) ? floats(nextName(part)) : (state.parts[index] as Float32Array),
    );
    const losses = floats("losses");
    const done = losses.length / this.models;
    const activity = program.watches.map(({ name }, index) => {
      return [name, floats(`activity_${index}`).map((sum) => sum / done)] as const;
    });
    return {
      parts,
      losses,
      norms: floats("norms"),
      each: floats("each"),
      activity: Object.fromEntries(activity),
    };
  }

  private random(done: number, { dims }: Tensor, seed: number | readonly number[]): Record<string, Tensor> {
    const { dropouts, models } = this.program;
    if (dropouts.length === 0) return {};
    const [steps = 0] = dims;
    const counts = dropouts.map(({ perRow }) => perRow * (dims.at(-1) ?? 0));
    const most = Math.max(...counts);
    if (this.noise === null || this.noise.data.length < 4 * most) this.noise = noiseTable(most);
    const seeds = this.each((model) => (typeof seed === "number" ? seed : (seed[model] ?? 0)));
    const { length } = this.noise.data;
    return { noise: this.noise, places: noisePlaces({ seeds, models, done, steps, counts, length }) };
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

/** A break that the losses don't show: the last update made weights that aren't finite. */
const LATE: Break = { good: 0, what: "weights" };

function floatTensor(data: Float32Array | undefined, dims: readonly number[]): Tensor {
  return { element: "float", dims, data: data ?? new Float32Array() };
}

function invalid(message: string): OnnxError {
  return new OnnxError("ONNX_INVALID", message);
}
