package dev.mayfly.jobs.train;

import dev.mayfly.jobs.learner.Candidate;
import dev.mayfly.jobs.measure.Costs;
import dev.mayfly.jobs.measure.Curves;
import dev.mayfly.jobs.measure.Measures;
import dev.mayfly.jobs.measure.Predictions;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Logs a search: a nested run for every trial, and below it one for every fold, with its curves. */
final class Trials {

    private static final int STEPS = 101;

    private Trials() {}

    static void log(TrackingClient client, List<Search.Trial> trials) {
        for (int n = 0; n < trials.size(); n++) {
            Search.Trial trial = trials.get(n);
            if (!trial.folds.isEmpty()) {
                log(
                        client,
                        "trial " + (n + 1) + ": " + trial.candidate.learner().title(),
                        trial);
            }
        }
    }

    private static void log(TrackingClient client, String name, Search.Trial trial) {
        long started = trial.folds.get(0).started;
        TrackingClient run = client.nested(name, started);
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("learner", trial.candidate.learner().title());
        trial.candidate.values().forEach((key, value) -> params.put(key, Candidate.number(value)));
        run.log(
                params,
                Collections.singletonMap("average_precision", trial.averagePrecision()),
                Collections.emptyMap());
        run.logCurve(
                "fold_average_precision",
                trial.folds.stream().mapToDouble(fold -> fold.averagePrecision).toArray());
        for (Search.Tested tested : trial.folds) {
            log(run, tested);
        }
        run.finish(trial.folds.get(trial.folds.size() - 1).ended);
    }

    private static void log(TrackingClient trial, Search.Tested tested) {
        TrackingClient run = trial.nested("fold " + Fold.day(tested.fold.firstTestDay()), tested.started);
        Predictions said = new Predictions(tested.scores, tested.scores, Double.POSITIVE_INFINITY);
        Map<String, Double> metrics = new LinkedHashMap<>();
        new Measures(tested.outcomes, said, new Costs(0, 0)).figures(0, 0).forEach((name, figure) -> {
            if (name.matches("auc_roc|average_precision|card_precision_100|recall_at_fpr_.*")) {
                metrics.put(name, figure.value());
            }
        });
        metrics.put("seconds", (tested.ended - tested.started) / 1000.0);
        run.log(Collections.singletonMap("fold", tested.fold), metrics, Collections.emptyMap());
        Curves curves = new Curves(tested.outcomes, said);
        run.logCurve("precision_by_recall_percent", curves.precisionRecall().at(STEPS));
        run.logCurve("recall_by_false_positive_percent", curves.roc().at(STEPS));
        run.finish(tested.ended);
    }
}
