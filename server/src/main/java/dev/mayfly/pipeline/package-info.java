/**
 * The YAML contract: what a pipeline is, and every error in one with its line and column. Front door: {@link
 * dev.mayfly.pipeline.Pipelines}. Uses the values of {@code engine} and {@code cluster} that a pipeline states; knows
 * neither runs nor databases.
 */
@NullMarked
package dev.mayfly.pipeline;

import org.jspecify.annotations.NullMarked;
