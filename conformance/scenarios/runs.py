"""Runs: nested, resumed, in parallel, asynchronous, and what becomes of them."""

import threading
import time
from multiprocessing.pool import ThreadPool

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType

from scenarios import check, has, pages, refused, scenario, since, size

PARENT = "mlflow.parentRunId"


@scenario()
def nested_runs():
    client = MlflowClient()
    experiment = mlflow.set_experiment("nested").experiment_id
    with mlflow.start_run(run_name="parent") as parent:
        for n in range(3):
            with mlflow.start_run(run_name=f"child {n}", nested=True) as child:
                mlflow.log_metric("loss", 1 / (n + 1))
                with mlflow.start_run(run_name=f"grandchild {n}", nested=True):
                    mlflow.log_param("n", n)
        mlflow.log_metric("best", 0.3)
    check("the parent", client.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id)
    check("no parent", client.get_parent_run(parent.info.run_id) is None)
    if has(mlflow, "get_parent_run"):
        check("fluent, too", mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id)
    children = mlflow.search_runs(
        [experiment], f"tags.{PARENT} = '{parent.info.run_id}'", order_by=["metrics.loss"], output_format="list"
    )
    check("children by their parent", [r.info.run_name for r in children] == ["child 2", "child 1", "child 0"])
    quoted = client.search_runs([experiment], f'tags."{PARENT}" = "{parent.info.run_id}"')
    check("quoted otherwise", len(quoted) == 3)


@scenario()
def resumed_runs():
    client = MlflowClient()
    mlflow.set_experiment("resumed")
    with mlflow.start_run(run_name="long") as run:
        mlflow.log_metric("loss", 1.0, step=1)
    with mlflow.start_run(run_id=run.info.run_id):
        check("it runs again", client.get_run(run.info.run_id).info.status == "RUNNING")
        mlflow.log_metric("loss", 0.5, step=2)
        mlflow.set_tag("resumed", "yes")
    check("both points", [m.value for m in client.get_metric_history(run.info.run_id, "loss")] == [1.0, 0.5])
    check("and is finished", client.get_run(run.info.run_id).info.status == "FINISHED")
    try:
        with mlflow.start_run(run_name="broken") as broken:
            raise KeyError("x")
    except KeyError:
        pass
    check("an exception fails the run", client.get_run(broken.info.run_id).info.status == "FAILED")
    mlflow.start_run(run_name="killed")
    killed = mlflow.active_run().info.run_id
    mlflow.end_run("KILLED")
    check("a killed run", client.get_run(killed).info.status == "KILLED")
    client.delete_run(killed)
    check("a deleted run can't be resumed", refused(mlflow.start_run, run_id=killed) is not None)
    mlflow.end_run()


@scenario()
def several_runs():
    """Several runs of one process, over the client alone."""
    client = MlflowClient()
    experiment = client.create_experiment("several")
    runs = [
        client.create_run(experiment, start_time=1000 + n, tags={"n": str(n)}, run_name=f"run {n}").info.run_id
        for n in range(4)
    ]
    for n, run in enumerate(runs):
        client.log_param(run, "n", n)
        client.log_metric(run, "m", n / 2, timestamp=2000 + n, step=n)
        client.log_batch(
            run,
            metrics=[Metric("b", s * 1.5, 3000 + s, s) for s in range(5)],
            params=[Param("p", "x"), Param("q", "y")],
            tags=[RunTag("t", "u")],
        )
        client.set_tag(run, "colour", "red")
    check("params", client.get_run(runs[1]).data.params == {"n": "1", "p": "x", "q": "y"})
    check("the latest of a metric", client.get_run(runs[1]).data.metrics == {"m": 0.5, "b": 6.0})
    check("a param can't change", refused(client.log_param, runs[0], "n", 9) == "INVALID_PARAMETER_VALUE")
    client.delete_tag(runs[0], "colour")
    check("a deleted tag", refused(client.delete_tag, runs[0], "colour") == "RESOURCE_DOES_NOT_EXIST")
    client.update_run(runs[0], status="FINISHED", name="renamed")
    check("renamed", client.get_run(runs[0]).info.run_name == "renamed")
    check("its tag, too", client.get_run(runs[0]).data.tags["mlflow.runName"] == "renamed")
    client.set_tag(runs[0], "mlflow.runName", "by tag")
    check("renamed by its tag", client.get_run(runs[0]).info.run_name == "by tag")
    for run, status in zip(runs, ("FINISHED", "FAILED", "KILLED")):
        client.set_terminated(run, status, end_time=9000)
        check(status, client.get_run(run).info.status == status and client.get_run(run).info.end_time == 9000)
    client.delete_run(runs[3])
    check("deleted", client.get_run(runs[3]).info.lifecycle_stage == "deleted")
    check("takes no more", refused(client.log_metric, runs[3], "m", 1) == "INVALID_PARAMETER_VALUE")
    check(
        "among the deleted",
        [r.info.run_id for r in client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)] == runs[3:],
    )
    check("among all", len(client.search_runs([experiment], run_view_type=ViewType.ALL)) == 4)
    client.restore_run(runs[3])
    client.log_metric(runs[3], "m", 1, timestamp=5000)
    check("restored", client.get_run(runs[3]).data.metrics["m"] == 1.5)
    check("a page each", len(pages(client.search_runs, experiment_ids=[experiment], max_results=1)[0]) == 4)
    mlflow.delete_run(runs[2])
    if has(mlflow, "delete_experiment"):
        mlflow.delete_experiment(experiment)


@scenario()
def long_history():
    client = MlflowClient()
    run = client.create_run(client.create_experiment("history"), start_time=1000, run_name="history").info.run_id
    points = size(3000, 600)
    for start in range(0, points, 300):
        client.log_batch(run, metrics=[Metric("loss", 1 / (1 + s), 1000 + s, s) for s in range(start, start + 300)])
    for step in (5, 3, 4):
        client.log_metric(run, "back", step * 2, timestamp=1000 + step, step=step)
    for value in (float("inf"), float("-inf"), float("nan"), 1e308, -0.0, 5e-324, 0.1 + 0.2, 2**53 + 1):
        client.log_metric(run, "odd", value, timestamp=1000, step=0)
    history = client.get_metric_history(run, "loss")
    check("all points", len(history) == points and history[7].value == 1 / 8)
    check("the latest step is shown", client.get_run(run).data.metrics["back"] == 10)
    check("odd values", len(client.get_metric_history(run, "odd")) == 8)
    check("an unknown metric", client.get_metric_history(run, "none") == [])


@scenario(order="any")
def parallel_children():
    client = MlflowClient()
    experiment = client.create_experiment("parallel")
    parent = client.create_run(experiment, run_name="parent").info.run_id

    def child(n):
        run = client.create_run(experiment, run_name=f"child {n:02}", tags={PARENT: parent}).info.run_id
        client.log_param(run, "n", n)
        for step in range(3):
            client.log_metric(run, "loss", n / (step + 1), timestamp=1000 + step, step=step)
        client.log_metric(parent, f"loss {n:02}", n, timestamp=1000)
        client.log_metric(parent, "all", n, timestamp=1000, step=n)
        client.set_terminated(run)
        return run

    with ThreadPool(8) as threads:
        runs = threads.map(child, range(40))
    check("40 runs", len(set(runs)) == 40)
    found = client.search_runs([experiment], f"tags.{PARENT} = '{parent}'", order_by=["params.n"])
    check(
        "all children, finished",
        sorted(r.info.run_id for r in found) == sorted(runs) and {r.info.status for r in found} == {"FINISHED"},
    )
    check("the parent has it all", len(client.get_run(parent).data.metrics) == 41)
    check("every point", len(client.get_metric_history(parent, "all")) == 40)


@scenario(order="any")
def fluent_threads():
    if not since((2, 18), "active runs of threads"):
        return
    mlflow.set_experiment("threads")

    def work(n):
        with mlflow.start_run(run_name=f"thread {n}"):
            mlflow.log_param("n", n)
            mlflow.log_metric("m", n)

    threads = [threading.Thread(target=work, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check("a run per thread", len(mlflow.search_runs(filter_string="status = 'FINISHED'")) == 4)


@scenario(order="none")
def asynchronous():
    """The client sends what waits in batches, which are other ones every time."""
    client = MlflowClient()
    mlflow.set_experiment("asynchronous")
    with mlflow.start_run(run_name="by call") as run:
        waiting = [mlflow.log_metric("loss", n, step=n, timestamp=1000 + n, synchronous=False) for n in range(50)]
        waiting += [mlflow.log_param("p", 1, synchronous=False), mlflow.set_tag("t", 2, synchronous=False)]
        waiting.append(mlflow.log_params({"q": 3, "r": 4}, synchronous=False))
        for operation in waiting:
            operation.wait()
    check("every point", [m.value for m in client.get_metric_history(run.info.run_id, "loss")] == list(range(50)))
    if not has(mlflow.config, "enable_async_logging"):
        return
    mlflow.config.enable_async_logging(True)
    with mlflow.start_run(run_name="by setting") as run:
        for n in range(100):
            mlflow.log_metric("loss", n, step=n)
        mlflow.log_params({"a": 1, "b": 2})
        mlflow.set_tag("t", 3)
        mlflow.flush_async_logging()
    mlflow.config.enable_async_logging(False)
    read = client.get_run(run.info.run_id)
    check("all is there", read.data.params == {"a": "1", "b": "2"} and read.data.metrics == {"loss": 99})
    check("and in order", [m.step for m in client.get_metric_history(run.info.run_id, "loss")] == list(range(100)))
    check("the run is finished", read.info.status == "FINISHED")


@scenario(order="none")
def system_metrics():
    client = MlflowClient()
    mlflow.set_experiment("system")
    mlflow.enable_system_metrics_logging()
    mlflow.set_system_metrics_sampling_interval(0.3)
    mlflow.set_system_metrics_samples_before_logging(1)
    with mlflow.start_run(run_name="monitored") as run:
        time.sleep(size(4, 2))
    mlflow.disable_system_metrics_logging()
    names = set(client.get_run(run.info.run_id).data.metrics)
    check("system metrics came", {"system/cpu_utilization_percentage", "system/system_memory_usage_megabytes"} <= names)
    check("with a history", len(client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")) >= 1)
