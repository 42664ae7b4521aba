package dev.mayfly.cluster;

/**
 * What identifies a cluster: its name, which is never used again, and the provider's own id.
 *
 * @param providerId empty until it is known
 */
public record ClusterRef(String name, String providerId) {

    public static ClusterRef named(String name) {
        return new ClusterRef(name, "");
    }

    @Override
    public String toString() {
        return providerId.isEmpty() ? name : name + " (" + providerId + ")";
    }
}
