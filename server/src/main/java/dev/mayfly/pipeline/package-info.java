/**
 * The YAML contract: what a pipeline is, and the line and column of every error in one. Front door: {@link
 * dev.mayfly.pipeline.Pipelines}. Uses the values of {@code engine} and {@code cluster} that a pipeline states; knows
 * neither runs nor databases.
 */
@NullMarked
package dev.mayfly.pipeline;

import org.jspecify.annotations.NullMarked;
