/**
 * Spark jobs as tasks. Front door: {@link dev.mayfly.task.spark.SparkKind}.
 */
@NullMarked
package dev.mayfly.task.spark;

import org.jspecify.annotations.NullMarked;
