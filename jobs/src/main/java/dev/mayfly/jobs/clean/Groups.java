package dev.mayfly.jobs.clean;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * How many lines each group has, and how many of them were rejected: by label, scenario, day and file, as far as these could be read.
 * Workers count for themselves, and hand over what they counted once a partition is read. Not thread-safe.
 */
final class Groups extends AccumulatorV2<Groups.Partition, Map<String, Map<String, Groups.Count>>> {

    private static final long serialVersionUID = 1;

    /** Lines of a group, and how many of them were rejected. */
    static final class Count implements java.io.Serializable {

        private static final long serialVersionUID = 1;

        private long lines;
        private long rejected;

        Count() {}

        Count(long lines, long rejected) {
            this.lines = lines;
            this.rejected = rejected;
        }

        void add(boolean isRejected) {
            lines++;
            rejected += isRejected ? 1 : 0;
        }

        void add(Count other) {
            lines += other.lines;
            rejected += other.rejected;
        }

        long lines() {
            return lines;
        }

        long rejected() {
            return rejected;
        }
    }

    /** The counts of one partition. */
    static final class Partition {

        /** More are no groups: lines of random days must not fill the memory. */
        static final int MOST = 10_000;

        private static final String OTHERS = "others";

        private final Map<String, Map<String, Count>> counts = new TreeMap<>();

        /** The count of a group, to which lines can be added; beyond {@value #MOST} groups of a kind that of all others. */
        Count of(String kind, String group) {
            Map<String, Count> groups = counts.computeIfAbsent(kind, first -> new TreeMap<>());
            boolean isOne = groups.size() < MOST || groups.containsKey(group);
            return groups.computeIfAbsent(isOne ? group : OTHERS, first -> new Count());
        }
    }

    private final Map<String, Map<String, Count>> counts = new TreeMap<>();

    @Override
    public boolean isZero() {
        return counts.isEmpty();
    }

    @Override
    public Groups copy() {
        Groups copy = new Groups();
        copy.merge(this);
        return copy;
    }

    @Override
    public void reset() {
        counts.clear();
    }

    @Override
    public void add(Partition partition) {
        addAll(partition.counts);
    }

    @Override
    public void merge(AccumulatorV2<Partition, Map<String, Map<String, Count>>> other) {
        addAll(other.value());
    }

    private void addAll(Map<String, Map<String, Count>> others) {
        others.forEach((kind, groups) -> {
            Map<String, Count> own = counts.computeIfAbsent(kind, first -> new TreeMap<>());
            groups.forEach((group, count) ->
                    own.computeIfAbsent(group, first -> new Count()).add(count));
        });
    }

    /** By kind of group and group. */
    @Override
    public Map<String, Map<String, Count>> value() {
        return Collections.unmodifiableMap(counts);
    }
}
