/**
 * A character-level transformer of a million weights on a whole book: its loss beside the stored curve of the same model in
 * PyTorch (same initial weights, batches and rates), and what its ONNX file writes then. It asserts nothing.
 * Usage: npm run bench:language [-- --store]; --store writes the curves anew, with PyTorch.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { encodeModel, withWeights } from "onnx-train";
import { machine, mean, progress, table } from "./measure/text.mjs";
import { conversation, pythonWith } from "./peers/python.mjs";
import { handedOver } from "./training/handover.mjs";
import { learned, lesson, SETTINGS, written } from "./training/language.mjs";

const CURVES = new URL("texts/curves.json", import.meta.url);
const { values: options } = parseArgs({ options: { store: { type: "boolean", default: false } } });

async function torchCurve(python, settings) {
  const { model, data, rates } = lesson(settings);
  const trains = [...model.graph.initializers.keys()].map(({ name }) => name);
  const net = { kind: "decoder", blocks: settings.blocks, heads: settings.heads, model, trains, data, rates };
  return handedOver(net, async (folder) => {
    const peer = await conversation(python, "torch_training.py", [folder]);
    const { ms, losses } = await peer.ask("pass");
    peer.end();
    return {
      settings,
      torch: peer.hello.version,
      ms: Math.round(ms),
      losses: losses.map((loss) => Number(loss.toPrecision(8))),
    };
  });
}

async function store() {
  const python = pythonWith("torch");
  if (python === null) throw new Error("No python3 here imports torch.");
  const curves = {};
  for (const [name, settings] of Object.entries(SETTINGS)) curves[name] = await torchCurve(python, settings);
  const lines = Object.entries(curves).map(([name, curve]) => `${JSON.stringify(name)}: ${JSON.stringify(curve)}`);
  writeFileSync(CURVES, `{\n${lines.join(",\n")}\n}\n`);
}

/** Means over as many steps, so that single batches don't decide. */
function means(losses, over) {
  return Array.from({ length: Math.floor(losses.length / over) }, (_, at) =>
    mean(losses.slice(at * over, (at + 1) * over)),
  );
}

function beside(ours, theirs, over) {
  const rows = means(ours, over).map((loss, at) => {
    const other = means(theirs, over)[at];
    return [
      `${at * over + 1} to ${(at + 1) * over}`,
      loss.toFixed(4),
      other.toFixed(4),
      `${(100 * (loss / other - 1)).toFixed(2)} %`,
    ];
  });
  return table([["loss, mean of steps", "ours", "PyTorch", "off by"], ...rows]);
}

function largest(ours, theirs) {
  return Math.max(...ours.map((loss, at) => Math.abs(loss / theirs[at] - 1)));
}

async function report() {
  const settings = SETTINGS.long;
  const { torch, losses: theirs, ms } = JSON.parse(readFileSync(CURVES, "utf8")).long;
  const began = performance.now();
  const todo = lesson(settings);
  const { weights, losses } = await learned(settings, todo, ({ length }) => progress(length, settings.steps));
  const seconds = (performance.now() - began) / 1000;
  const count = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  console.log(`machine: ${machine()}\n${count} weights; ${seconds.toFixed(0)} s for ${settings.steps} steps`);
  console.log(
    `PyTorch ${torch} took ${ms} ms a step where the curve was made, we ${((1000 * seconds) / settings.steps).toFixed(0)} here\n`,
  );
  console.log(beside(losses, theirs, settings.steps / 10));
  const parts = [losses.slice(0, 10), losses].map((some) => (100 * largest(some, theirs)).toPrecision(2));
  console.log(`\nlargest difference of one step: ${parts[0]} % in the first ten, ${parts[1]} % in all`);
  const bytes = encodeModel(withWeights(todo.model, weights));
  const text = await written(bytes, { begin: "Alice ", count: 400, temperature: 0.6, seed: 1 });
  console.log(`\nthe exported model (${(bytes.length / 1e6).toFixed(1)} MB) writes:\n\n${text}`);
}

await (options.store ? store() : report());
