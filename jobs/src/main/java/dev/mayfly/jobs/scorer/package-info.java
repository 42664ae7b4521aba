/**
 * A trained model without Spark: what serves single requests. Front door: {@link dev.mayfly.jobs.scorer.Scorer}. Uses nothing but the
 * JDK, and knows nothing of training.
 */
package dev.mayfly.jobs.scorer;
