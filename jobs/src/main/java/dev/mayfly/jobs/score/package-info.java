/**
 * Batch scoring: a slice of clean transactions in, a score for each out, by a registered model without its Spark classes. Front door: {@link
 * dev.mayfly.jobs.score.Score}; {@link dev.mayfly.jobs.score.Scoring} is used by the drift check, too.
 */
package dev.mayfly.jobs.score;
