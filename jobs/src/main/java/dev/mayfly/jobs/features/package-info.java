/**
 * The model's inputs: what training, batch scoring and the drift check compute from clean transactions, by the same code. Front door:
 * {@link dev.mayfly.jobs.features.Features}. Knows nothing of models.
 */
package dev.mayfly.jobs.features;
