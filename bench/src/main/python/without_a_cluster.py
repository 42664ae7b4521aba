"""What one would write without a cluster: the 15 inputs with Polars, the same search with XGBoost, on one machine.

Usage: without_a_cluster.py FOLDER_OF_CLEAN_PARQUET [pandas]

The same days, windows, folds, candidates and halving as dev.mayfly.jobs.train.Train with 4 trials, 3 folds and 28 days
of training (but neither confidence intervals, calibration, champion, plots nor a stored model). Needs polars or pandas,
xgboost and scikit-learn. Prints a line for each stage, and the most memory that the process had.
"""

import resource
import sys
import time

import numpy as np
import xgboost
from sklearn.metrics import average_precision_score

DAY = 86_400
TRAIN, DELAY, TEST, HISTORY, FOLDS, THREADS = 28, 7, 7, 37, 3, 2
WINDOWS = (1, 7, 30)
NAMES = (
    ["tx_amount", "during_weekend", "during_night"]
    + [f"customer_{what}_{days}d" for days in WINDOWS for what in ("nb_tx", "avg_amount")]
    + [f"terminal_{what}_{days}d" for days in WINDOWS for what in ("nb_tx", "risk")]
)
CANDIDATES = [
    dict(trees=200, max_depth=5, eta=0.05, subsample=0.7, colsample_bytree=0.7, min_child_weight=1, reg_lambda=1),
    dict(trees=100, max_depth=4, eta=0.05, subsample=0.5, colsample_bytree=1.0, min_child_weight=3, reg_lambda=10),
    dict(trees=100, max_depth=6, eta=0.10, subsample=0.5, colsample_bytree=0.5, min_child_weight=5, reg_lambda=10),
    dict(trees=200, max_depth=7, eta=0.05, subsample=0.7, colsample_bytree=0.7, min_child_weight=3, reg_lambda=1),
]
COLUMNS = ["transaction_id", "tx_seconds", "customer_id", "terminal_id", "tx_amount", "tx_fraud"]


def with_polars(folder, first_day, last_day):
    import polars as pl

    rows = (
        pl.scan_parquet(f"{folder}/**/*.parquet")
        .select(COLUMNS)
        .filter((pl.col("tx_seconds") >= first_day * DAY) & (pl.col("tx_seconds") < last_day * DAY))
        .collect()
        .sort("customer_id", "tx_seconds", "transaction_id")
    )

    def last(column, days, group):
        return pl.col(column).rolling_sum_by("time", window_size=f"{days}d").over(group)

    rows = rows.with_columns(time=pl.from_epoch("tx_seconds"), one=pl.lit(1.0), fraud=pl.col("tx_fraud").cast(pl.Float64))
    for days in WINDOWS:
        rows = rows.with_columns(last("one", days, "customer_id").alias(f"customer_nb_tx_{days}d"))
        rows = rows.with_columns(
            (last("tx_amount", days, "customer_id") / pl.col(f"customer_nb_tx_{days}d")).alias(f"customer_avg_amount_{days}d")
        )
    rows = rows.sort("terminal_id", "tx_seconds", "transaction_id")
    known = pl.col("terminal_id").is_not_null()
    rows = rows.with_columns(
        late_number=last("one", DELAY, "terminal_id"), late_frauds=last("fraud", DELAY, "terminal_id")
    )
    for days in WINDOWS:
        number = last("one", DELAY + days, "terminal_id") - pl.col("late_number")
        frauds = last("fraud", DELAY + days, "terminal_id") - pl.col("late_frauds")
        rows = rows.with_columns(pl.when(known).then(number).otherwise(0.0).alias(f"terminal_nb_tx_{days}d"))
        rows = rows.with_columns(
            pl.when(known & (pl.col(f"terminal_nb_tx_{days}d") > 0))
            .then(frauds / pl.col(f"terminal_nb_tx_{days}d"))
            .otherwise(0.0)
            .alias(f"terminal_risk_{days}d")
        )
    day = pl.col("tx_seconds") // DAY
    rows = rows.with_columns(
        day=day,
        during_weekend=(day % 7).is_in([2, 3]).cast(pl.Float64),
        during_night=((pl.col("tx_seconds") % DAY) // 3600 <= 6).cast(pl.Float64),
    )
    inputs = rows.select(pl.col(NAMES).cast(pl.Float32)).to_numpy()
    return inputs, rows["day"].to_numpy(), rows["customer_id"].to_numpy(), rows["tx_fraud"].to_numpy()


def with_pandas(folder, first_day, last_day):
    import pandas as pd

    rows = pd.read_parquet(
        folder, columns=COLUMNS, filters=[("tx_seconds", ">=", first_day * DAY), ("tx_seconds", "<", last_day * DAY)]
    )
    rows["time"] = pd.to_datetime(rows["tx_seconds"], unit="s")

    def last(group, days, column):
        return group.rolling(f"{days}D", on="time")[column].sum().to_numpy()

    rows["one"] = 1.0
    rows = rows.sort_values(["customer_id", "tx_seconds", "transaction_id"], ignore_index=True)
    group = rows.groupby("customer_id")[["time", "one", "tx_amount"]]
    for days in WINDOWS:
        rows[f"customer_nb_tx_{days}d"] = last(group, days, "one")
        rows[f"customer_avg_amount_{days}d"] = last(group, days, "tx_amount") / rows[f"customer_nb_tx_{days}d"]
    rows["terminal_id"] = rows["terminal_id"].fillna(-1)
    rows = rows.sort_values(["terminal_id", "tx_seconds", "transaction_id"], ignore_index=True)
    group = rows.groupby("terminal_id")[["time", "one", "tx_fraud"]]
    known = rows["terminal_id"].to_numpy() >= 0
    late_number, late_frauds = last(group, DELAY, "one"), last(group, DELAY, "tx_fraud")
    for days in WINDOWS:
        number = np.where(known, last(group, DELAY + days, "one") - late_number, 0)
        frauds = last(group, DELAY + days, "tx_fraud") - late_frauds
        rows[f"terminal_nb_tx_{days}d"] = number
        rows[f"terminal_risk_{days}d"] = np.where(number > 0, frauds / np.maximum(number, 1), 0)
    day = rows["tx_seconds"].to_numpy() // DAY
    rows["during_weekend"] = np.isin(day % 7, [2, 3]).astype(float)
    rows["during_night"] = (rows["tx_seconds"] % DAY // 3600 <= 6).astype(float)
    return rows[NAMES].to_numpy(np.float32), day, rows["customer_id"].to_numpy(), rows["tx_fraud"].to_numpy()


def last_day(folder):
    import pyarrow.compute as compute
    import pyarrow.dataset as dataset

    return compute.max(dataset.dataset(folder).to_table(columns=["tx_seconds"])["tx_seconds"]).as_py() // DAY


def learn(candidate, inputs, labels):
    settings = {name: value for name, value in candidate.items() if name != "trees"}
    settings.update(objective="binary:logistic", tree_method="hist", nthread=THREADS, max_bin=2048, seed=1)
    return xgboost.train(settings, xgboost.QuantileDMatrix(inputs, labels, max_bin=2048), candidate["trees"])


def judged(test_day, days, customers, labels):
    """The rows of a test week, without those of customers whose fraud was known by their day."""
    start = test_day - DELAY
    chosen = (days >= test_day) & (days < test_day + TEST)
    frauds = (labels == 1) & (days >= start - 7) & (days < test_day + TEST)
    earliest = {}
    for customer, day in zip(customers[frauds], days[frauds]):
        earliest[customer] = min(day, earliest.get(customer, day))
    places = np.flatnonzero(chosen)
    known = np.array([earliest.get(customer, np.iinfo(np.int64).max) for customer in customers[places]])
    return places[~((known < start) | (known < days[places] - DELAY))]


def main():
    folder, how = sys.argv[1], with_pandas if "pandas" in sys.argv[2:] else with_polars
    began = before = time.time()

    def told(stage):
        nonlocal before
        print(f"{stage} {time.time() - before:.1f} s", flush=True)
        before = time.time()

    end = last_day(folder) + 1
    last = end - TEST
    searched = [last - DELAY - TEST - n * TEST for n in range(FOLDS)]
    first = searched[-1] - DELAY - TRAIN
    inputs, days, customers, labels = how(folder, first - HISTORY, end)
    told(f"inputs of {len(days)} rows")

    def training(test_day):
        return (days >= test_day - DELAY - TRAIN) & (days < test_day - DELAY)

    alive = [(0.0, n) for n in range(len(CANDIDATES))]
    for fold in searched:
        train, test = training(fold), judged(fold, days, customers, labels)
        scored = []
        for _, n in alive:
            model = learn(CANDIDATES[n], inputs[train], labels[train])
            found = average_precision_score(labels[test], model.predict(xgboost.DMatrix(inputs[test])))
            scored.append((found, n))
        alive = sorted(scored, reverse=True)[: (len(scored) + 1) // 2]
    told(f"search, best {CANDIDATES[alive[0][1]]}")
    train, test = training(last), judged(last, days, customers, labels)
    model = learn(CANDIDATES[alive[0][1]], inputs[train], labels[train])
    told(f"fit of {train.sum()} rows")
    precision = average_precision_score(labels[test], model.predict(xgboost.DMatrix(inputs[test])))
    told(f"average precision {precision:.4f} on {len(test)} rows")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"all {time.time() - began:.1f} s, {most} MB")


if __name__ == "__main__":
    main()
