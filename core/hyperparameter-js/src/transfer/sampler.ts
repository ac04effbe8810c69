import { checkCounts, checkMethods, checkOneOf, checkOptions, checkRange, type OptionNames } from "../given.js";
import { usedPoints } from "../history/used.js";
import { scrambledSobol } from "../math/sobol.js";
import { logExpectedImprovement } from "../models/gp/acquisition.js";
import { maximise } from "../models/gp/maximise.js";
import { createRng, deriveSeed } from "../random/rng.js";
import { coordinatesOf, rowOf } from "../samplers/gp/coordinates.js";
import { nearestTrials } from "../samplers/nearest.js";
import { contains, pointKey } from "../space/points.js";
import { holds } from "../space/relations.js";
import type { Direction, Params, Proposal, ProposeRequest, Sampler, Space } from "../types.js";
import { boxOf } from "./box.js";
import { type Trusted, transferModel } from "./model.js";
import { nextOf, type Portfolio, portfolioOf, ranksOf } from "./portfolio.js";
import { type Task, tasksOf } from "./tasks.js";
import { trustIn } from "./trust.js";

export interface TransferOptions {
  /** Trials taken from the earlier studies' best points at the start: 0 or more. Default: 3. */
  readonly portfolio?: number;
  /** From this trial on the inner sampler is alone: 0 or more. Default: 30. */
  readonly until?: number;
  /**
   * Between the portfolio and `until`: `ensemble` proposes by the models of the earlier studies and of the new one
   * together, `box` lets the inner sampler search where the earlier studies found their best. Default: "ensemble".
   */
  readonly strategy?: "ensemble" | "box";
  /** The share of these trials that the inner sampler proposes as if there were no earlier study: 0 … 1. Default: 0.1. */
  readonly escapeShare?: number;
}

const KNOWN: OptionNames<TransferOptions> = { portfolio: true, until: true, strategy: true, escapeShare: true };

/** Every so many trials of the portfolio's time one is the inner sampler's: the portfolio is judged beside it. */
const FRESH_EVERY = 4;
/** Best points of each task that span the box. */
const BOX_POINTS = 5;
/** With so much of the weight the new study's own model needs no help: the inner sampler knows better what to make of it. */
const INDEPENDENT = 0.9;

interface Knowledge {
  readonly space: Space;
  readonly tasks: readonly Task[];
  readonly portfolio: Portfolio;
  /** Boxes by the tasks that are trusted: the same object for the same ones, so that folds can be kept by it. */
  readonly boxes: Map<string, Space>;
}

interface Situation {
  readonly request: ProposeRequest;
  readonly direction: Direction;
  readonly knowledge: Knowledge;
  /** One per task. */
  readonly trust: Float64Array;
}

const known = new WeakMap<readonly Task[], Knowledge>();

function knowledgeOf(space: Space, tasks: readonly Task[]): Knowledge {
  const knowledge = known.get(tasks) ?? { space, tasks, portfolio: portfolioOf(space, tasks), boxes: new Map() };
  known.set(tasks, knowledge);
  return knowledge;
}

function allowedIn(request: ProposeRequest): (params: Params) => boolean {
  const used = usedPoints(request);
  const { relations = [] } = request;
  return (params) => !used(params) && holds(relations, params);
}

function explained({ request, trust }: Situation, params: Params, why: Proposal["why"]): Proposal {
  const note = `earlier studies, trust 0 … 1: ${Array.from(trust, (each) => each.toFixed(2)).join(", ")}`;
  return { params, why: { ...why, note, nearest: nearestTrials(request.space, params, request.trials) } };
}

function fromPortfolio(situation: Situation): Proposal | null {
  const { request, knowledge, trust } = situation;
  const { space, tasks, portfolio } = knowledge;
  const tried = [...request.trials, ...request.running].map(({ params }) => params);
  const keys = new Set(tried.map(pointKey));
  const ranks = tried.map((params) => ranksOf(space, tasks, params));
  const soFar = Float64Array.from(tasks, (_, task) =>
    ranks.reduce((least, each) => Math.min(least, each[task] as number), 1),
  );
  const allowed = allowedIn(request);
  const params = nextOf(portfolio, soFar, trust, (point) => !keys.has(pointKey(point)) && allowed(point));
  return params && explained(situation, params, { rule: "portfolio" });
}

async function fromBox(inner: Sampler, { request, knowledge, trust }: Situation): Promise<Proposal | null> {
  const { tasks, boxes } = knowledge;
  const trusted = tasks.filter((_, at) => (trust[at] as number) > 0);
  const key = trust.map((each) => (each > 0 ? 1 : 0)).join("");
  const points = trusted.flatMap(({ best }) => best.slice(0, BOX_POINTS));
  const space = boxes.get(key) ?? boxOf(request.space, points, request.relations);
  boxes.set(key, space);
  const { params, why } = await inner.propose({ ...request, space });
  const free = contains(request.space, params) && allowedIn(request)(params);
  return free ? { params, why: { ...why, note: "in the box of the earlier studies' best" } } : null;
}

function fromEnsemble(situation: Situation): Proposal | null {
  const { request, direction, knowledge, trust } = situation;
  const { space, seed, number } = request;
  const trusted = knowledge.tasks.flatMap((task, at): Trusted[] =>
    (trust[at] as number) > 0 ? [{ task, trust: trust[at] as number }] : [],
  );
  const model = transferModel(request, direction, trusted, createRng(seed, number, "transfer-weights"));
  if (model === null || (model.weights.at(-1) as number) >= INDEPENDENT) return null;
  const { axes, decode, settle } = coordinatesOf(space);
  const width = axes.length;
  const allowed = allowedIn(request);
  const found = maximise({
    acquisition: logExpectedImprovement(model.posterior, model.best, width),
    domain: {
      axes,
      low: new Float64Array(width),
      high: new Float64Array(width).fill(1),
      ...(settle && { settle }),
      allowed: (x) => allowed(decode(x)),
    },
    known: [
      ...model.known.slice(0, 3),
      ...trusted.flatMap(({ task }) => task.best.slice(0, 1).map((p) => rowOf(space, p))),
    ],
    spread: scrambledSobol(width, deriveSeed(seed, number, "transfer-spread")),
    rng: createRng(seed, number, "transfer-near"),
  });
  return found && explained(situation, decode(found.x), { rule: "ensemble", acquisition: found.value });
}

/** Null: nothing earlier is known of the space, or what is known misleads. */
function situationOf(request: ProposeRequest): Situation | null {
  const { earlier = [], space, directions, trials } = request;
  const [direction] = directions;
  if (direction === undefined || directions.length > 1 || earlier.length === 0) return null;
  const tasks = tasksOf(space, earlier);
  if (tasks.length === 0) return null;
  const knowledge = knowledgeOf(space, tasks);
  const trust = trustIn(knowledge, trials, direction);
  return trust.some((each) => each > 0) ? { request, direction, knowledge, trust } : null;
}

function check({ portfolio, until, strategy, escapeShare }: Required<TransferOptions>): void {
  checkCounts("transfer", { portfolio: [portfolio, 0], until: [until, 0] });
  checkRange("transfer.escapeShare", escapeShare, [0, 1]);
  checkOneOf("transfer.strategy", strategy, ["ensemble", "box"]);
}

/**
 * Lets a study of one objective begin with what earlier ones learned, then leaves it to the inner sampler: first points
 * that were good before (portfolio), then proposals by a rank-weighted ensemble of Gaussian processes, or the inner sampler
 * in the box of the best earlier points. Parameters are matched by name; what an earlier study didn't have is drawn. How
 * far each earlier study is trusted is measured on the new trials, and one that ranks them no better than chance is
 * dropped. Without earlier studies it is the inner sampler. About 10 ms more a trial until `until`.
 */
export function transferSampler(inner: Sampler, options: TransferOptions = {}): Sampler {
  checkMethods("transfer.inner", inner, ["propose"]);
  checkOptions("transfer", options, KNOWN);
  const settings = { portfolio: 3, until: 30, strategy: "ensemble", escapeShare: 0.1, ...options } as const;
  check(settings);
  const { portfolio, until, strategy, escapeShare } = settings;
  /** With the fresh trials between them. */
  const portfolioEnd = portfolio + Math.floor(portfolio / (FRESH_EVERY - 1));
  return {
    name: `transfer-${inner.name}`,
    async propose(request) {
      const age = request.trials.length + request.running.length;
      const situation = age < until ? situationOf(request) : null;
      if (situation === null) return inner.propose(request);
      const early = age < portfolioEnd;
      const share = createRng(request.seed, request.number, "transfer-escape").next();
      if (early ? age % FRESH_EVERY === FRESH_EVERY - 2 : share < escapeShare) return inner.propose(request);
      const first = early ? fromPortfolio(situation) : null;
      const later = async () => (strategy === "box" ? fromBox(inner, situation) : fromEnsemble(situation));
      return first ?? (await later()) ?? inner.propose(request);
    },
  };
}
