/** Tells a person what the daemon does: a line for each thing that matters, a bar for what takes long. */
import { relative } from "node:path";
import type { DaemonEvent, Listener } from "../reconcile/events.js";
import type { Console } from "./console.js";

type Of<K extends DaemonEvent["kind"]> = Extract<DaemonEvent, { readonly kind: K }>;
type Told = { readonly [K in DaemonEvent["kind"]]: (event: Of<K>, console: Console) => void };

const SIGNS: Readonly<Record<string, string>> = { PROMOTED: "✔", REJECTED: "✘", INCONCLUSIVE: "?", PENDING: "…" };

const TOLD: Told = {
  watching: ({ folders, recipes }, console) =>
    console.line(`watching ${folders.map(short).join(", ")} (${recipes} ${recipes === 1 ? "recipe" : "recipes"})`),
  notice: ({ message }, console) => console.error(message),
  invalid: ({ text }, console) => console.error(text),
  failed: ({ name, error, again }, console) =>
    console.error(
      `${name}: ${error.code} ${error.message}\n  ${error.mend}${again ? "\n  It will be tried again." : ""}`,
    ),
  reading: ({ name }, console) => console.line(`${name}: reading the data`),
  data: ({ name, warnings }, console) => {
    for (const warning of warnings) console.error(`${name}: warning: ${warning}`);
  },
  study: ({ name, resumed }, console) =>
    console.line(`${name}: ${resumed > 0 ? `searching on, ${resumed} trials are known` : "searching"}`),
  trialStarted: () => {},
  trial: tellTrial,
  ensemble: ({ name, reason }, console) => {
    console.progress(name, null);
    console.line(`${name}: ${reason}`);
  },
  interrupted: ({ name }, console) => {
    console.progress(name, null);
    console.line(`${name}: the study was interrupted; what it learned is kept`);
  },
  confirming: ({ name, trial }, console) => {
    console.progress(name, null);
    console.line(`${name}: trial ${trial} meets the confirm set`);
  },
  decided: ({ name, decision, reason, seq, champion }, console) => {
    console.progress(name, null);
    console.line(`${SIGNS[decision] ?? ""} ${name}: ${decision} (log entry ${seq})`);
    console.line(`  ${reason}`);
    if (champion !== null) console.line(`  champion: ${short(champion)}`);
  },
  rolledBack: ({ name, from, to, reason, seq }, console) =>
    console.line(`↩ ${name}: version ${to} serves again instead of ${from} (log entry ${seq})\n  ${reason}`),
  drilled: ({ name, version, outcome, reason, seq }, console) =>
    console.line(`${name}: drill of version ${version} ${outcome} (log entry ${seq})\n  ${reason}`),
  duel: ({ name, purpose, reason, seq }, console) =>
    console.line(`${name}: ${purpose} (log entry ${seq})\n  ${reason}`),
  restored: ({ name, paths }, console) =>
    console.line(`${name}: restored from the log: ${paths.map(short).join(", ")}`),
  retired: ({ name }, console) => console.line(`${name}: retired; its models stay`),
  mended: ({ name }, console) => console.line(`${name}: in order again`),
  idle: () => {},
};

/** With `json`, every event is a line of its own, for programs. */
export function narrate(console: Console, options: { readonly json: boolean }): Listener {
  if (options.json) return (event) => console.line(JSON.stringify(event));
  return <K extends DaemonEvent["kind"]>(event: Of<K>) => {
    const tell = TOLD[event.kind as K];
    tell(event, console);
  };
}

function tellTrial(event: Of<"trial">, console: Console): void {
  const { name, trial, done, total, best, metric, error } = event;
  if (error !== null) console.line(`${name}: trial ${trial} failed: ${error.code} ${error.message}`);
  const note = best === null ? "" : `best ${metric} ${best.toPrecision(4)}`;
  console.progress(name, { label: name, done, total, note });
  const step = Math.max(1, Math.round(total / 5));
  if (console.plain && (done % step === 0 || done === total)) console.line(`${name}: trial ${done}/${total} ${note}`);
}

/** Relative to where the person is, when that is shorter. */
export function short(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== "" && near.length < path.length ? near : path;
}
