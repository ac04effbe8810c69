/**
 * Studies that go from here to the real Optuna and back, both ways, with everything that it says of them compared:
 * `npm run prove:optuna [python ...]`. Each python is an interpreter that has Optuna; default: python3.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { createStudy, fromOptunaJournal, randomSampler, TrialPruned, toOptunaJournal } from "hyperparameter-js";
import { describeStudy, readDescription } from "./peers/optuna.mjs";

const SCRIPTS = fileURLToPath(new URL("../fixtures/optuna", import.meta.url));

const SPACE = {
  rate: { type: "float", low: 1e-5, high: 1, log: true },
  share: { type: "float", low: 0, high: 0.9, step: 0.1 },
  depth: { type: "int", low: -3, high: 12 },
  width: { type: "int", low: 8, high: 512, log: true },
  trees: { type: "int", low: 10, high: 100, step: 10 },
  kind: { type: "categorical", choices: [null, true, "ä\u2028", 1.5, 3] },
  mixing: { type: "float", low: 0, high: 1, when: { kind: ["ä\u2028", null] } },
};

/** Trials of every state, with reports, attributes and constraints of all sorts. */
async function ownStudy() {
  const study = await createStudy({ space: SPACE, sampler: randomSampler(), seed: 4 });
  await study.optimize(
    (trial) => {
      trial.setUserAttr("note", { nested: [1, 2.5, null, "é\u2028"], tiny: 5e-324, huge: -1.5e300 });
      for (const [value, step] of [
        [0.5, 0],
        [Number.NaN, 3],
        [-Infinity, 10],
      ])
        trial.report(value, step);
      trial.setConstraints([trial.number - 6, -0.5]);
      if (trial.number % 7 === 1) throw new TrialPruned();
      if (trial.number % 7 === 2) return Number.NaN;
      if (trial.number % 7 === 3) return Number.POSITIVE_INFINITY;
      return trial.params.rate + trial.params.depth;
    },
    { nTrials: 30 },
  );
  const given = await study.ask();
  await study.tell(given, { state: "stale" });
  await study.enqueueTrial({ depth: 3 });
  return { name: "from here ✓", directions: study.directions, trials: study.trials, userAttrs: { owner: "grüße" } };
}

function front() {
  const trials = Array.from({ length: 4 }, (_, number) => ({
    number,
    state: "complete",
    params: { x: number },
    distributions: { x: { type: "int", low: 0, high: 9 } },
    values: [number, -0.5 * number],
    intermediate: [],
    userAttrs: {},
    why: { rule: "random" },
  }));
  return { name: "several", directions: ["minimize", "maximize"], trials };
}

/** Goes on with a study in Optuna, which has to take its trials for its own. */
const GO_ON = `
import sys, warnings
sys.path.insert(0, ${JSON.stringify(SCRIPTS)})
warnings.simplefilter("ignore")
import optuna
from describe import open_storage
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.load_study(study_name=sys.argv[2], storage=open_storage(sys.argv[1]), sampler=optuna.samplers.TPESampler(seed=1, multivariate=True))
def objective(trial):
    trial.suggest_float("share", 0, 0.9, step=0.1)
    trial.suggest_categorical("kind", [None, True, "ä\\u2028", 1.5, 3])
    return trial.suggest_float("rate", 1e-5, 1, log=True) + trial.suggest_int("depth", -3, 12)
study.optimize(objective, n_trials=15)
print(min(trial.value for trial in study.get_trials(states=[optuna.trial.TrialState.COMPLETE])))
`;

const failures = [];
function check(what, got, expected) {
  const same = isDeepStrictEqual(got, expected);
  if (!same) failures.push(what);
  console.log(`${same ? "same     " : "DIFFERENT"}  ${what}`);
}

function python(interpreter, args) {
  const env = { PATH: "/usr/bin:/bin", PYTHONDONTWRITEBYTECODE: "1" };
  return execFileSync(interpreter, args, { encoding: "utf8", env, maxBuffer: 1e8, stdio: ["ignore", "pipe", "pipe"] });
}

async function prove(interpreter, folder) {
  const version = python(interpreter, ["-c", "import optuna; print(optuna.__version__)"]).trim();
  const name = `Optuna ${version}`;
  const studies = [await ownStudy(), front()];
  const path = join(folder, "own.journal");
  writeFileSync(path, toOptunaJournal(...studies));
  const told = () => readDescription(python(interpreter, [join(SCRIPTS, "describe.py"), path]));
  check(`${name} finds in our file what we wrote`, told(), studies.map(describeStudy));
  const best = Number(python(interpreter, ["-c", GO_ON, path, studies[0].name]));
  const back = fromOptunaJournal(readFileSync(path, "utf8"));
  check(`${name} goes on with our study, and we find what it says`, back.map(describeStudy), told());
  const values = back[0].trials.flatMap((trial) => trial.values ?? []);
  check(`${name} and we agree on the best of ${values.length} values`, Math.min(...values), best);
  python(interpreter, [join(SCRIPTS, "make.py"), folder]);
  for (const file of readdirSync(folder).filter((each) => /^v.*\.journal$/.test(each))) {
    const read = fromOptunaJournal(readFileSync(join(folder, file), "utf8"));
    const said = readDescription(readFileSync(join(folder, file.replace(".journal", ".json")), "utf8"));
    check(`we find in its file what ${name} says`, read.map(describeStudy), said);
  }
}

const interpreters = process.argv.slice(2);
for (const interpreter of interpreters.length > 0 ? interpreters : ["python3"]) {
  const folder = mkdtempSync(join(tmpdir(), "optuna-"));
  try {
    await prove(interpreter, folder);
  } catch (error) {
    const absent = error.code === "ENOENT" || /No module named 'optuna'/.test(String(error.stderr));
    if (!absent) throw error;
    console.log(`peer absent: ${interpreter} has no Optuna`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
if (failures.length > 0) process.exitCode = 1;
