package dev.mayfly.retraining;

import dev.mayfly.cluster.Clusters;
import dev.mayfly.packages.Packages;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.tracking.Tracking;

/** The rooms below this one. */
public record Rooms(Clusters clusters, Packages packages, Tracking tracking, ModelRegistry registry) {}
