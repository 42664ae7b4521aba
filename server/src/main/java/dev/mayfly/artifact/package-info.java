/**
 * Artifact bytes, by path. Front door: {@link dev.mayfly.artifact.ArtifactStore}. {@link dev.mayfly.artifact.ArtifactPath}
 * is the one place that decides which paths there may be. Knows neither runs nor models.
 */
@NullMarked
package dev.mayfly.artifact;

import org.jspecify.annotations.NullMarked;
