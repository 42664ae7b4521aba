"""Training with autologging, and a search for hyperparameters."""

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient

from scenarios import LEFT_OUT, check, scenario, size


def rows():
    data = pd.DataFrame(np.random.default_rng(1).normal(size=(80, 3)), columns=["amount", "hour", "count"])
    return data, (data.amount + data.hour > 0).astype(int)


@scenario(order="none")
def scikit_learn():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    client = MlflowClient()
    mlflow.set_experiment("sklearn")
    data, labels = rows()
    mlflow.sklearn.autolog(silent=True)
    with mlflow.start_run(run_name="logistic") as run:
        model = LogisticRegression(C=3.0).fit(data, labels)
        model.score(data, labels)
    with mlflow.start_run(run_name="grid") as grid:
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(data, labels)
    mlflow.sklearn.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    check("parameters and metrics", read.data.params["C"] == "3.0" and "training_score" in read.data.metrics)
    check("the dataset", [i.dataset.name for i in read.inputs.dataset_inputs] == ["dataset"])
    check("the model loads", len(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(data)) == 80)
    children = client.search_runs([run.info.experiment_id], f"tags.mlflow.parentRunId = '{grid.info.run_id}'")
    check("a run per candidate", len(children) == 2)


@scenario(order="any")
def xgboost():
    import xgboost

    client = MlflowClient()
    mlflow.set_experiment("xgboost")
    data, labels = rows()
    mlflow.xgboost.autolog(silent=True)
    with mlflow.start_run(run_name="xgboost") as run:
        matrix = xgboost.DMatrix(data, labels)
        settings = {"objective": "binary:logistic", "max_depth": 2, "seed": 1, "nthread": 1}
        xgboost.train(settings, matrix, 8, evals=[(matrix, "train")], verbose_eval=False)
    mlflow.xgboost.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    check("parameters", read.data.params["max_depth"] == "2")
    check("a point per round", len(client.get_metric_history(run.info.run_id, "train-logloss")) >= 8)
    check("importances", "feature_importance_weight.json" in [f.path for f in client.list_artifacts(run.info.run_id)])
    check("the model loads", len(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(data)) == 80)


@scenario(order="any")
def lightgbm():
    import lightgbm

    client = MlflowClient()
    mlflow.set_experiment("lightgbm")
    data, labels = rows()
    mlflow.lightgbm.autolog(silent=True)
    with mlflow.start_run(run_name="lightgbm") as run:
        matrix = lightgbm.Dataset(data, labels)
        settings = {"objective": "binary", "num_leaves": 4, "seed": 1, "num_threads": 1, "verbose": -1}
        lightgbm.train(settings, matrix, 8, valid_sets=[matrix], valid_names=["train"])
    mlflow.lightgbm.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    check("parameters", read.data.params["num_leaves"] == "4")
    check("a point per round", len(client.get_metric_history(run.info.run_id, "train-binary_logloss")) >= 8)
    check("the model loads", len(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(data)) == 80)


@scenario()
def optuna_trials():
    try:
        import optuna
        from optuna.integration.mlflow import MLflowCallback
    except ImportError as e:
        LEFT_OUT.append(("optuna", str(e)))
        return
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    count = size(200, 25)
    callback = MLflowCallback(metric_name="loss", create_experiment=False, mlflow_kwargs={})
    experiment = mlflow.set_experiment("optuna").experiment_id
    study = optuna.create_study(study_name="optuna", sampler=optuna.samplers.RandomSampler(seed=1))

    def loss(trial):
        return (trial.suggest_float("x", -5, 5) - 2) ** 2 + trial.suggest_int("n", 0, 3)

    study.optimize(loss, n_trials=count, callbacks=[callback])
    best = mlflow.search_runs([experiment], order_by=["metrics.loss ASC"], max_results=1)
    check("a run per trial", len(mlflow.search_runs([experiment], max_results=1000, output_format="list")) == count)
    check("the best one", best["metrics.loss"][0] == study.best_value)


@scenario(order="none", asked=True)
def spark_ml():
    from pyspark.ml import Pipeline
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql import SparkSession

    client = MlflowClient()
    mlflow.set_experiment("spark ml")
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    data = spark.createDataFrame([(float(n), float(n % 3), float(n > 5)) for n in range(10)], ["a", "b", "label"])
    mlflow.pyspark.ml.autolog(silent=True)
    with mlflow.start_run(run_name="spark") as run:
        model = Pipeline(
            stages=[VectorAssembler(inputCols=["a", "b"], outputCol="features"), LogisticRegression()]
        ).fit(data)
    mlflow.pyspark.ml.autolog(disable=True)
    check("parameters", "LogisticRegression.maxIter" in client.get_run(run.info.run_id).data.params)
    loaded = mlflow.spark.load_model(f"runs:/{run.info.run_id}/model")
    predictions = [[row.prediction for row in m.transform(data).collect()] for m in (model, loaded)]
    check("the model loads and predicts the same", predictions[0] == predictions[1])
    spark.stop()
