/**
 * Experiments, their runs, datasets and logged models, in MLflow's terms, with MLflow's limits. Front doors: {@link
 * dev.mayfly.tracking.Tracking} and {@link dev.mayfly.tracking.LoggedModels}. Knows nothing of HTTP.
 */
@NullMarked
package dev.mayfly.tracking;

import org.jspecify.annotations.NullMarked;
