/**
 * Joins the rooms: pipelines become runs, runs get clusters, jobs report to tracking, versions pass a gate, slices are
 * worked off once. Front door: {@link dev.mayfly.retraining.Retraining}; {@link dev.mayfly.retraining.PipelineTasks} is what
 * the engine calls. Knows no HTTP.
 */
@NullMarked
package dev.mayfly.retraining;

import org.jspecify.annotations.NullMarked;
