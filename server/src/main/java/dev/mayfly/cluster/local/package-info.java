/**
 * Clusters on this machine: a real Spark standalone master and its workers, each a process of its own. The processes
 * outlive the control plane, which finds them again by a mark on their command line and kills them when their row says
 * so. Front door: {@link dev.mayfly.cluster.local.LocalClusters}.
 */
@NullMarked
package dev.mayfly.cluster.local;

import org.jspecify.annotations.NullMarked;
