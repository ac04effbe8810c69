/** A language model of single characters, what it trains on, and what it writes. */
import { readFileSync } from "node:fs";
import {
  adam,
  crossEntropy,
  GraphBuilder,
  openSession,
  Scope,
  Trainer,
  tensor,
  trainingProgram,
  transformerDecoder,
} from "onnx-train";
import { uniforms } from "../random.mjs";

const TEXT = readFileSync(new URL("../texts/alice.txt", import.meta.url), "utf8");
const CHARACTERS = [...new Set(TEXT)].sort();
const NUMBERS = new Map(CHARACTERS.map((character, number) => [character, number]));

/** Windows begin this many characters apart. */
const APART = 8;

/** `long`: a million weights; `short`: quick enough for a test. `rate`: the highest; `time`: characters that it sees at once. */
export const SETTINGS = {
  long: { width: 128, heads: 4, blocks: 5, time: 64, batch: 32, steps: 700, every: 10, rate: 0.002 },
  short: { width: 32, heads: 2, blocks: 2, time: 16, batch: 8, steps: 20, every: 1, rate: 0.002 },
};

export function languageModel({ width, heads, blocks, time }) {
  const g = new GraphBuilder("language");
  const options = { tokens: CHARACTERS.length, width, heads, blocks };
  g.output(transformerDecoder(new Scope(g, 1), g.input("x", "int64", ["rows", time]), options), "scores");
  return g.model();
}

/** Each window of the text, and the same a character on. */
function windows(time) {
  const rows = Math.floor((TEXT.length - 1 - time) / APART);
  const numbers = BigInt64Array.from(TEXT, (character) => BigInt(NUMBERS.get(character)));
  const cut = (from) => {
    const all = new BigInt64Array(rows * time);
    for (let row = 0; row < rows; row++)
      all.set(numbers.subarray(row * APART + from, row * APART + from + time), row * time);
    return tensor("int64", [rows, time], all);
  };
  return { x: cut(0), target: cut(1) };
}

function planOf(rows, { steps, batch }) {
  const random = uniforms("language");
  return tensor(
    "int64",
    [steps, batch],
    Array.from({ length: steps * batch }, () => Math.floor(random() * rows)),
  );
}

/** Up in the first twentieth, then down along a cosine to a tenth. */
function rateAt(step, { rate, steps }) {
  const warm = steps / 20;
  if (step <= warm) return (rate * step) / warm;
  return rate * (0.55 + 0.45 * Math.cos((Math.PI * (step - warm)) / (steps - warm)));
}

/** All that both sides need: model, data with the plan, a rate for each step. */
export function lesson(settings) {
  const data = windows(settings.time);
  const rates = Array.from({ length: settings.steps }, (_, at) => rateAt(at + 1, settings));
  return { model: languageModel(settings), data: { ...data, plan: planOf(data.x.dims[0], settings) }, rates };
}

function part({ dims: [, batch], data }, from, count) {
  return tensor("int64", [count, batch], data.subarray(from * batch, (from + count) * batch));
}

/** Trains in chunks of `every` steps. `told` gets all losses so far. Gives weights and losses. */
export async function learned(settings, { model, data: { plan, ...data }, rates }, told = () => {}) {
  const loss = crossEntropy({ logits: "scores", shape: [settings.time] });
  const trainer = await Trainer.open(trainingProgram({ model, loss, optimizer: adam() }));
  let state = trainer.start();
  const losses = [];
  for (let from = 0; from < settings.steps; from += settings.every) {
    const chunk = { data, plan: part(plan, from, settings.every), hyper: (step) => ({ rate: rates[step - 1] }) };
    const done = await trainer.run(state, chunk);
    state = done.state;
    losses.push(...done.losses);
    told(losses);
  }
  await trainer.release();
  return { weights: trainer.weights(state), losses };
}

/** Draws from softmax(scores / temperature). */
function drawn(scores, temperature, random) {
  const most = Math.max(...scores);
  const chances = Array.from(scores, (score) => Math.exp((score - most) / temperature));
  let left = random() * chances.reduce((sum, chance) => sum + chance, 0);
  return chances.findIndex((chance) => {
    left -= chance;
    return left < 0;
  });
}

/** What the model writes behind a beginning, by its encoded form alone. */
export async function written(bytes, { begin, count, temperature, seed }) {
  const session = await openSession(bytes);
  const time = session.inputs[0].shape[1];
  const random = uniforms("written", seed);
  let text = begin;
  while (text.length < begin.length + count) {
    const seen = text.slice(-time);
    const x = new BigInt64Array(time);
    for (const [at, character] of [...seen].entries()) x[at] = BigInt(NUMBERS.get(character));
    const { scores } = await session.run({ x: tensor("int64", [1, time], x) });
    const last = (seen.length - 1) * CHARACTERS.length;
    text += CHARACTERS[drawn(scores.data.subarray(last, last + CHARACTERS.length), temperature, random)];
  }
  await session.release();
  return text;
}
