"""
The installed Optuna's NSGA-II by ask and tell over lines of JSON. In: {space, objectives, seed, constrained}, then one
{values, constraints} for each line of parameters that comes out. The first line out is the version.
"""
import json
import sys
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def say(value):
    print(json.dumps(value), flush=True)


def distribution(spec):
    if spec["type"] == "categorical":
        return CategoricalDistribution(spec["choices"])
    kind = FloatDistribution if spec["type"] == "float" else IntDistribution
    return kind(spec["low"], spec["high"], log=spec.get("log", False))


say(optuna.__version__)
head = json.loads(sys.stdin.readline())
space = {name: distribution(spec) for name, spec in head["space"].items()}
measured = {}
rule = (lambda trial: measured[trial.number]) if head["constrained"] else None
sampler = optuna.samplers.NSGAIISampler(seed=head["seed"], constraints_func=rule)
study = optuna.create_study(directions=["minimize"] * head["objectives"], sampler=sampler)
while True:
    trial = study.ask(space)
    say(trial.params)
    line = sys.stdin.readline()
    if not line:
        break
    outcome = json.loads(line)
    measured[trial.number] = outcome.get("constraints", [])
    study.tell(trial, outcome["values"])
