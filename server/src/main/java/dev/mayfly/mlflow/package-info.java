/**
 * MLflow's protocol: binds its routes to the front doors of tracking, registry, artifacts and webhooks, reads requests as leniently as
 * MLflow does, and writes its replies. A translator without state. Front door: {@link dev.mayfly.mlflow.MlflowRoutes}.
 */
@NullMarked
package dev.mayfly.mlflow;

import org.jspecify.annotations.NullMarked;
