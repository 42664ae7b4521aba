package dev.mayfly.tracking;

import dev.mayfly.problem.Refused;
import java.util.List;

/**
 * A search for runs.
 *
 * @param filter such as {@code metrics.auc > 0.8 and tags.team = 'fraud'}; empty for all
 * @param orderBy such as {@code metrics.auc_roc DESC}; of runs with equal values the one that started last comes first
 * @param pageToken the token that the page before returned; empty for the first page
 */
public record RunQuery(
        List<ExperimentId> experiments,
        String filter,
        ViewType viewType,
        List<String> orderBy,
        int limit,
        String pageToken) {

    public RunQuery {
        experiments = List.copyOf(experiments);
        orderBy = List.copyOf(orderBy);
        if (limit < 1 || limit > 50_000) {
            throw Refused.invalid("Invalid value " + limit + " for parameter 'max_results' supplied"
                    + " (expected: a positive integer, at most 50000)");
        }
    }

    /** Which lifecycle stages a search includes; MLflow's name. */
    public enum ViewType {
        ACTIVE_ONLY,
        DELETED_ONLY,
        ALL
    }
}
