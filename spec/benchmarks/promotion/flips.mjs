/**
 * Candidates that are exactly as good as the champion, round after round on the same 1,000 confirm rows: accuracy 0.85, and
 * 6 % of the rows on which the two disagree, as many won as lost (the simulation of the field's published naive rules).
 */
import { normalCdf } from "../../../dist/core/statistics/normal.js";
import { accuracy } from "../../../dist/plugins/metrics/labels.js";
import { twoClasses } from "../gates/evidence.mjs";
import { uniforms } from "../random.mjs";
import { ALPHA, Line } from "./line.mjs";

const ROWS = 1000;
const WRONG = 150;
const CANDIDATES = 20;
const ROUNDS = 30;

/** Of rows that have this chance each, those that happen, without a draw for each row. */
function happening(from, count, chance, uniform) {
  const found = [];
  for (let row = from - 1; ; ) {
    row += 1 + Math.floor(Math.log(1 - uniform()) / Math.log(1 - chance));
    if (row >= from + count) return found;
    found.push(row);
  }
}

/** Rows that a candidate wins and loses against the champion, which errs on the first 150. */
function flips(uniform, gain = 0) {
  const [won, lost] = [0.03 + gain / 2, 0.03 - gain / 2];
  return {
    won: happening(0, WRONG, (won * ROWS) / WRONG, uniform),
    lost: happening(WRONG, ROWS - WRONG, (lost * ROWS) / (ROWS - WRONG), uniform),
  };
}

const truth = Float64Array.from({ length: ROWS }, (_, row) => row % 2);
const right = truth.map((y) => 0.1 + 0.8 * y);
const champion = twoClasses(right.map((p, row) => (row < WRONG ? 1 - p : p)));

function answersOf({ won, lost }) {
  const candidate = champion.slice();
  for (const row of [...won, ...lost]) {
    const keep = candidate[2 * row];
    candidate[2 * row] = candidate[2 * row + 1];
    candidate[2 * row + 1] = keep;
  }
  return candidate;
}

const advantage = ({ won, lost }) => won.length - lost.length;
const oneSided = (one) => normalCdf(-advantage(one) / Math.sqrt(Math.max(1, one.won.length + one.lost.length)));

/** What others do with the 20 on the confirm rows themselves: whether they would promote. */
const NAIVE = {
  "the higher score wins": (best) => advantage(best) > 0,
  "p < 0.05 of the best": (best) => oneSided(best) < ALPHA,
  "Bonferroni over the 20": (best) => oneSided(best) < ALPHA / CANDIDATES,
};

function best(ones) {
  return ones.reduce((most, one) => (advantage(one) > advantage(most) ? one : most));
}

/** Shares of campaigns with at least one false promotion, by rule, in the first round and in all. */
export function nullCampaigns(campaigns) {
  const rules = ["sous", ...Object.keys(NAIVE)];
  const counts = Object.fromEntries(rules.map((rule) => [rule, { first: 0, all: 0 }]));
  for (let campaign = 0; campaign < campaigns; campaign++) {
    const rounds = roundsOf(uniforms("flips", campaign), campaign);
    for (const rule of rules) {
      const promoted = rounds.map((round) => round[rule]);
      if (promoted[0]) counts[rule].first++;
      if (promoted.includes(true)) counts[rule].all++;
    }
  }
  return Object.fromEntries(rules.map((rule) => [rule, share(counts[rule], campaigns)]));
}

function share({ first, all }, of) {
  return { first: first / of, all: all / of };
}

function roundsOf(uniform, seed) {
  const line = new Line(accuracy, truth);
  return Array.from({ length: ROUNDS }, () => {
    // each candidate meets select rows of its own, by which one is chosen, and only it meets confirm rows
    const candidates = Array.from({ length: CANDIDATES }, () => ({ select: flips(uniform), confirm: flips(uniform) }));
    const finalist = candidates.reduce((most, one) => (advantage(one.select) > advantage(most.select) ? one : most));
    const naive = best(candidates.map(({ confirm }) => confirm));
    const rules = Object.entries(NAIVE).map(([rule, promotes]) => [rule, promotes(naive)]);
    const { decision } = line.look(champion, answersOf(finalist.confirm), seed);
    return { sous: decision === "PROMOTED", ...Object.fromEntries(rules) };
  });
}

/** How often a gain as large as is printed for the given look is promoted, and what is printed, on average. */
export function powerAt(look, rounds) {
  let promoted = 0;
  let printed = 0;
  for (let round = 0; round < rounds; round++) {
    const uniform = uniforms("power", look, round);
    const line = new Line(accuracy, truth);
    for (let before = 1; before < look; before++) line.look(champion, answersOf(flips(uniform)), round);
    const { effect } = line.prospect().smallest;
    printed += effect / rounds;
    if (line.look(champion, answersOf(flips(uniform, effect)), round).decision === "PROMOTED") promoted++;
  }
  return { printed, power: promoted / rounds };
}
