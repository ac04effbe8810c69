"""CPU ms of one ask + 5 suggests of the installed Optuna's TPE: prints JSON, {version, sizes, default, multivariate}."""
import json
import sys
import time
import warnings

import optuna
from optuna.distributions import FloatDistribution
from optuna.trial import create_trial

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
NAMES = ["x1", "x2", "x3", "x4", "x5"]


def least_ask(multivariate, n, asks=5):
    sampler = optuna.samplers.TPESampler(seed=0, multivariate=multivariate)
    study = optuna.create_study(sampler=sampler)
    space = {name: FloatDistribution(-2.048, 2.048) for name in NAMES}
    random = optuna.samplers.RandomSampler(seed=1)._rng
    trials = []
    for _ in range(n):
        params = {name: random.uniform(-2.048, 2.048) for name in NAMES}
        trials.append(create_trial(params=params, distributions=space, value=sum(v * v for v in params.values())))
    study.add_trials(trials)
    least = float("inf")
    for _ in range(asks):
        began = time.process_time()
        trial = study.ask()
        params = [trial.suggest_float(name, -2.048, 2.048) for name in NAMES]
        least = min(least, time.process_time() - began)
        study.tell(trial, sum(v * v for v in params))
    return 1000 * least


sizes = [int(size) for size in sys.argv[1:]]
print(
    json.dumps(
        {
            "version": optuna.__version__,
            "sizes": sizes,
            "default": [least_ask(False, n) for n in sizes],
            "multivariate": [least_ask(True, n) for n in sizes],
        }
    )
)
