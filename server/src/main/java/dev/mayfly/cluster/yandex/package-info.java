/**
 * Clusters of Yandex Data Processing, over gRPC. What was asked for is found again by its name, which is unique in a folder and
 * for ever; a repeated call bears the same idempotency key. Front door: {@link dev.mayfly.cluster.yandex.YandexClusters}.
 */
@NullMarked
package dev.mayfly.cluster.yandex;

import org.jspecify.annotations.NullMarked;
