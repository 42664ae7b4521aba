/**
 * How good scores are: exact metrics, their intervals, and comparisons of two models on the same rows. Front door: {@link
 * dev.mayfly.jobs.measure.Measures}. Plain Java over arrays: knows nothing of Spark, models or tracking.
 */
package dev.mayfly.jobs.measure;
