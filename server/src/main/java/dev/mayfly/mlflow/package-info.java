/**
 * MLflow's REST protocol: paths, wire records and error codes. A translator without state, in front of tracking, registry
 * and artifacts. Front door: {@link dev.mayfly.mlflow.MlflowRoutes}. What is not built answers 404, as an old server would.
 */
@NullMarked
package dev.mayfly.mlflow;

import org.jspecify.annotations.NullMarked;
