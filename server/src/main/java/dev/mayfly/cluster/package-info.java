/**
 * Clusters that live only as long as a run. A row is written before a provider is called, and closed only when the cluster
 * is proved absent. Front doors: {@link dev.mayfly.cluster.Clusters} and, for those who bring a cloud, {@link
 * dev.mayfly.cluster.ClusterProvider}. Knows neither pipelines nor models.
 */
@NullMarked
package dev.mayfly.cluster;

import org.jspecify.annotations.NullMarked;
