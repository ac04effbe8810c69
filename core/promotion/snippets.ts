/** How to run a model from other programs, written out for its own columns. docs/models.md has the same for any model. */
import type { ColumnType } from "../plugin/index.js";

export interface Snippet {
  readonly title: string;
  /** Of the Markdown fence. */
  readonly language: string;
  readonly code: string;
}

export type Columns = readonly { readonly name: string; readonly type: ColumnType }[];

/** Each runs beside `model.onnx`. */
export function snippets(columns: Columns, { regression }: { readonly regression: boolean }): readonly Snippet[] {
  return [
    { title: "Node (`npm install onnxruntime-node`)", language: "js", code: node(columns) },
    { title: "Python (`pip install onnxruntime numpy`)", language: "python", code: python(columns) },
    {
      title: "C# (`dotnet add package Microsoft.ML.OnnxRuntime`)",
      language: "csharp",
      code: csharp(columns, regression),
    },
  ];
}

function node(columns: Columns): string {
  return `import * as ort from "onnxruntime-node";

const row = {
${columns.map((column) => `  ${JSON.stringify(column.name)}: ${literal(column)},`).join("\n")}
};
const session = await ort.InferenceSession.create("model.onnx");
const feeds = {};
for (const { name, type } of session.inputMetadata) {
  const value = row[name] ?? (type === "string" ? "" : NaN);
  feeds[name] = new ort.Tensor(type, type === "string" ? [value] : Float32Array.of(value), [1, 1]);
}
const results = await session.run(feeds);
for (const name of session.outputNames) console.log(name, results[name].data);`;
}

function python(columns: Columns): string {
  return `import numpy as np
import onnxruntime as ort

row = {
${columns.map((column) => `    ${JSON.stringify(column.name)}: ${literal(column)},`).join("\n")}
}
session = ort.InferenceSession("model.onnx")
feeds = {}
for column in session.get_inputs():
    text = column.type == "tensor(string)"
    value = row.get(column.name, "" if text else np.nan)
    feeds[column.name] = np.array([[value]], dtype=object if text else np.float32)
for output, value in zip(session.get_outputs(), session.run(None, feeds)):
    print(output.name, value)`;
}

function csharp(columns: Columns, regression: boolean): string {
  const entries = (some: Columns) => some.map((column) => `    [${JSON.stringify(column.name)}] = ${literal(column)},`);
  const [texts, numbers] = [columns.filter(isText), columns.filter((column) => !isText(column))];
  const label = '\nConsole.WriteLine(string.Join(", ", results.First().AsEnumerable<string>()));';
  return `using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var numbers = new Dictionary<string, double>
{
${entries(numbers).join("\n")}
};
var texts = new Dictionary<string, string>
{
${entries(texts).join("\n")}
};
using var session = new InferenceSession("model.onnx");
var row = session.InputMetadata.Select(input => input.Value.ElementType == typeof(string)
    ? NamedOnnxValue.CreateFromTensor(input.Key, new DenseTensor<string>(new[] { texts.GetValueOrDefault(input.Key, "") }, new[] { 1, 1 }))
    : NamedOnnxValue.CreateFromTensor(input.Key, new DenseTensor<float>(new[] { (float)numbers.GetValueOrDefault(input.Key, double.NaN) }, new[] { 1, 1 }))).ToList();
using var results = session.Run(row);${regression ? "" : label}
Console.WriteLine(string.Join(", ", results.Last().AsEnumerable<float>()));`;
}

type Column = Columns[number];

/** Made up: real values are data, and none of theirs stand in a card. */
function literal({ type }: Column): string {
  return LITERALS[type];
}

function isText({ type }: Column): boolean {
  return type === "categorical" || type === "text";
}

/** The date is 2024-01-02 06:00 UTC. */
const LITERALS = {
  numeric: "1.5",
  boolean: "1.0",
  date: "19724.25",
  categorical: '"a level"',
  text: '"a text"',
} as const;
