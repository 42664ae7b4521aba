/**
 * Artifact bytes, by path. Front door: {@link dev.mayfly.artifact.ArtifactStore}. {@link
 * dev.mayfly.artifact.ArtifactPath} alone decides which paths are valid. Knows neither runs nor models.
 */
@NullMarked
package dev.mayfly.artifact;

import org.jspecify.annotations.NullMarked;
