"""CPU seconds, with binning, and AUC of 100 trees of 31 leaves on one thread: `trees.py PEER ROWS WIDTH FOLDER`."""
import json
import sys
import time

import numpy as np


def auc(scores, truth):
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positive = truth.sum()
    return float((ranks[truth == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(truth) - positive)))


def xgboost(x, y):
    import xgboost as peer

    params = dict(tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0, max_bin=255, eta=0.1)
    params.update(objective="binary:logistic", nthread=1, reg_lambda=1, min_child_weight=1e-3)
    data = peer.DMatrix(x, label=y, nthread=1)
    model = peer.train(params, data, 100)
    return peer.__version__, lambda rows: model.predict(peer.DMatrix(rows, nthread=1))


def lightgbm(x, y):
    import lightgbm as peer

    params = dict(num_leaves=31, max_bin=255, learning_rate=0.1, objective="binary", num_threads=1, lambda_l2=1)
    params.update(min_data_in_leaf=1, verbose=-1)
    model = peer.train(params, peer.Dataset(x, label=y), 100)
    return peer.__version__, model.predict


peer, rows, width, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
y = np.fromfile(f"{folder}/truth.u8", dtype=np.uint8)
x = np.ascontiguousarray(np.fromfile(f"{folder}/values.f32", dtype=np.float32).reshape(width, len(y)).T)
began = time.process_time()
version, predict = {"xgboost": xgboost, "lightgbm": lightgbm}[peer](x[:rows], y[:rows])
seconds = time.process_time() - began
print(json.dumps({"version": version, "seconds": seconds, "auc": auc(predict(x[rows:]), y[rows:])}))
