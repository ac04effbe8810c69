/** What a file asks of whoever runs it. */
import { decodeModel, type Graph, type Model } from "onnx-train";

export interface Demands {
  readonly irVersion: number;
  /** By domain; that of the standard operators is written out. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Each once, sorted: "Gemm", and of another domain than ai.onnx "ai.onnx.ml.TreeEnsembleClassifier". */
  readonly operators: readonly string[];
  readonly domains: readonly string[];
  /** Operators that the file defines itself. */
  readonly functions: readonly string[];
  /** Other files that its tensors lie in. */
  readonly external: readonly string[];
}

const STANDARD = "ai.onnx";

/** @throws OnnxError of a file that can't be read */
export function demandsOf(file: Uint8Array): Demands {
  const external = new Set<string>();
  const model = decodeModel(file, {
    external: ({ location, length }) => {
      external.add(location);
      return new Uint8Array(length);
    },
  });
  return { ...demanded(model), external: [...external].sort() };
}

function demanded({ irVersion, opsets, graph, functions = [] }: Model): Omit<Demands, "external"> {
  const used = new Map<string, string>();
  collect(graph, used);
  return {
    irVersion,
    opsets: Object.fromEntries(Object.entries(opsets).map(([domain, version]) => [domain || STANDARD, version])),
    operators: [...used.keys()].sort(),
    domains: [...new Set(used.values())].sort(),
    functions: functions.map(({ domain, name }) => operatorName(domain, name)).sort(),
  };
}

/** Of the graph and of those in its nodes, such as the body of a loop. */
function collect({ nodes }: Graph, used: Map<string, string>): void {
  for (const { opType, domain, attributes } of nodes) {
    used.set(operatorName(domain, opType), domain || STANDARD);
    for (const attribute of Object.values(attributes)) if (attribute.kind === "graph") collect(attribute.value, used);
  }
}

function operatorName(domain: string, name: string): string {
  return domain === "" ? name : `${domain}.${name}`;
}
