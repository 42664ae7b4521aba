/**
 * Clusters of Yandex Data Processing, over gRPC. A cluster is found again by its name, which is unique in its folder
 * and never used again; a repeated call bears the same idempotency key. Front door: {@link
 * dev.mayfly.cluster.yandex.YandexClusters}.
 */
@NullMarked
package dev.mayfly.cluster.yandex;

import org.jspecify.annotations.NullMarked;
