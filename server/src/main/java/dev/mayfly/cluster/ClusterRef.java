package dev.mayfly.cluster;

/**
 * What a cluster is known by: its name, which is unique for ever, and the provider's own id.
 *
 * @param providerId empty as long as it is not known
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
