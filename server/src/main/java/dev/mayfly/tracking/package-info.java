/**
 * Experiments and their runs: parameters, metrics and tags, in MLflow's terms. Front door: {@link
 * dev.mayfly.tracking.Tracking}. Datasets, logged models and the full search grammar have their place here; so far there are
 * the parts that jobs and a basic client session use. Knows nothing of HTTP.
 */
@NullMarked
package dev.mayfly.tracking;

import org.jspecify.annotations.NullMarked;
