/** From models to a point that may be proposed. */
import { type Column, columnsOf } from "../../history/table.js";
import { type Used, usedPoints } from "../../history/used.js";
import type { Mixture } from "../../models/parzen/mixture.js";
import { type Chosen, largestRatio } from "../../models/parzen/ratio.js";
import type { Rng } from "../../random/rng.js";
import { buildParams } from "../../space/conditions.js";
import { holds } from "../../space/relations.js";
import type { Params, ProposeRequest, Space } from "../../types.js";
import type { Block, Model } from "./model.js";

/** A model and the columns that it is about. */
export interface BlockModel extends Model {
  readonly block: Block;
}

export interface Candidate {
  readonly params: Params;
  /** log of the good density over that of the rest, summed over the blocks. */
  readonly ratio: number;
}

/** The space of a request, as far as proposals need it. */
export interface Frame {
  readonly space: Space;
  readonly columns: readonly Column[];
  /** Whether each point has all parameters. */
  readonly flat: boolean;
  /** Null: any point will do. */
  readonly mayPropose: Used | null;
}

export function frameOf(request: ProposeRequest): Frame {
  const { space, relations = [], duplicates } = request;
  const columns = columnsOf(space);
  const endless = columns.some(({ size, distribution }) => !Number.isFinite(size) && distribution.when === undefined);
  const free = relations.length === 0 && (endless || duplicates === true);
  const used = free ? null : usedPoints(request);
  return {
    space,
    columns,
    flat: columns.every(({ distribution }) => distribution.when === undefined),
    mayPropose: used && ((params) => !used(params) && holds(relations, params)),
  };
}

/** The point with these coordinates, one per column; a parameter with one value has it, whatever its coordinate. */
function paramsAt({ space, columns }: Frame, coordinates: Float64Array): Params {
  const values = new Map(columns.map((column, at) => [column.name, column.decode(coordinates[at] as number)]));
  return buildParams(space, (name) => values.get(name));
}

function withBlock(columns: number, block: Block, point: Float64Array): Float64Array {
  const coordinates = new Float64Array(columns);
  block.forEach((column, at) => {
    coordinates[column] = point[at] as number;
  });
  return coordinates;
}

/** Sets the parameters that don't exist beside the others to NaN. */
function maskAbsent(frame: Frame, block: Block, point: Float64Array): void {
  const { columns } = frame;
  const params = paramsAt(frame, withBlock(columns.length, block, point));
  block.forEach((column, at) => {
    if (!Object.hasOwn(params, columns[column]?.name ?? "")) point[at] = Number.NaN;
  });
}

function drawSome(good: Mixture, count: number, rng: Rng): Float64Array[] {
  return Array.from({ length: count }, () => good.draw(rng));
}

/** One model over all parameters: the best of those drawn that may be proposed; null where none may. */
function fromJoint(frame: Frame, model: BlockModel, count: number, rng: Rng): Candidate | null {
  const { mayPropose, columns, flat } = frame;
  const { block } = model;
  const drawn = drawSome(model.good, count, rng);
  if (!flat) for (const point of drawn) maskAbsent(frame, block, point);
  const paramsOf = (point: Float64Array): Params => paramsAt(frame, withBlock(columns.length, block, point));
  const best = largestRatio(drawn, model, (point) => mayPropose === null || mayPropose(paramsOf(point)));
  return best && { params: paramsOf(best.point), ratio: best.ratio };
}

/** The best of each block, put together; null where that may not be proposed. */
function fromBlocks(frame: Frame, models: readonly BlockModel[], count: number, rng: Rng): Candidate | null {
  const coordinates = new Float64Array(frame.columns.length);
  let ratio = 0;
  for (const model of models) {
    const best = largestRatio(drawSome(model.good, count, rng), model, () => true) as Chosen;
    model.block.forEach((column, at) => {
      coordinates[column] = best.point[at] as number;
    });
    ratio += best.ratio;
  }
  const params = paramsAt(frame, coordinates);
  return frame.mayPropose?.(params) === false ? null : { params, ratio };
}

/** One round of candidates; null where none of them may be proposed. */
export function bestCandidate(frame: Frame, models: readonly BlockModel[], count: number, rng: Rng): Candidate | null {
  const [only] = models;
  if (models.length === 1 && only !== undefined) return fromJoint(frame, only, count, rng);
  return fromBlocks(frame, models, count, rng);
}
