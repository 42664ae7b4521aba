package dev.mayfly.engine;

/**
 * A run to be opened.
 *
 * @param flow what it is a run of, such as a pipeline: runs of one flow queue behind each other
 * @param dedupeKey the same for two openings that mean the same run, for example a flow and its due time
 */
public record NewRun(String flow, String dedupeKey, Plan plan) {}
