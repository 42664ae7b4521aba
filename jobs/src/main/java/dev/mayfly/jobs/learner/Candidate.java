package dev.mayfly.jobs.learner;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** A learner with a value for each of its parameters. Immutable; equal if all of it is. */
public final class Candidate {

    private final Learner learner;
    private final Map<String, Double> values;

    private Candidate(Learner learner, Map<String, Double> values) {
        this.learner = learner;
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * Returns a learner with the given values; the other parameters keep their defaults.
     *
     * @throws IllegalArgumentException for a parameter that the learner does not have, or a value out of bounds
     */
    public static Candidate of(Learner learner, Map<String, Double> given) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Parameter parameter : learner.parameters()) {
            values.put(parameter.name(), parameter.checked(given.getOrDefault(parameter.name(), parameter.usual())));
        }
        for (String name : given.keySet()) {
            if (!values.containsKey(name)) {
                throw new IllegalArgumentException("parameter " + name + " of " + learner.title()
                        + " (expected: one of " + String.join(", ", values.keySet()) + ")");
            }
        }
        return new Candidate(learner, values);
    }

    /** Returns every combination of the given values, in their order. */
    public static List<Candidate> grid(Learner learner, Map<String, double[]> axes) {
        List<Map<String, Double>> points = Collections.singletonList(Collections.<String, Double>emptyMap());
        for (Map.Entry<String, double[]> axis : axes.entrySet()) {
            List<Map<String, Double>> more = new ArrayList<>();
            for (Map<String, Double> point : points) {
                for (double value : axis.getValue()) {
                    Map<String, Double> next = new LinkedHashMap<>(point);
                    next.put(axis.getKey(), value);
                    more.add(next);
                }
            }
            points = more;
        }
        return points.stream().map(point -> of(learner, point)).collect(Collectors.toList());
    }

    /**
     * Returns distinct candidates: the default one, then random ones; fewer than {@code number} if there are no more.
     * Given values stay as they are.
     *
     * @param learners drawn from in turn
     */
    public static List<Candidate> random(List<Learner> learners, Map<String, Double> given, int number, long seed) {
        Random random = new Random(seed);
        Set<Candidate> candidates = new LinkedHashSet<>();
        for (Learner learner : learners) {
            candidates.add(of(learner, own(learner, given)));
        }
        for (int tries = 0; candidates.size() < number && tries < 100 * number; tries++) {
            Learner learner = learners.get(tries % learners.size());
            Map<String, Double> point = new LinkedHashMap<>();
            for (Parameter parameter : learner.parameters()) {
                double[] choices = parameter.choices();
                if (choices.length > 0) {
                    point.put(parameter.name(), choices[random.nextInt(choices.length)]);
                }
            }
            point.putAll(own(learner, given));
            candidates.add(of(learner, point));
        }
        return candidates.stream().limit(number).collect(Collectors.toList());
    }

    private static Map<String, Double> own(Learner learner, Map<String, Double> given) {
        Map<String, Double> own = new LinkedHashMap<>();
        learner.parameters().stream()
                .map(Parameter::name)
                .filter(given::containsKey)
                .forEach(name -> own.put(name, given.get(name)));
        return own;
    }

    public Learner learner() {
        return learner;
    }

    /** The values of all parameters, by name. */
    public Map<String, Double> values() {
        return values;
    }

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    int whole(String name) {
        return (int) Math.round(value(name));
    }

    /** Returns a number as people write it. */
    public static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Candidate
                && ((Candidate) other).learner == learner
                && ((Candidate) other).values.equals(values);
    }

    @Override
    public int hashCode() {
        return 31 * learner.hashCode() + values.hashCode();
    }

    /** Such as {@code random_forest trees=100 depth=20}. */
    @Override
    public String toString() {
        return learner.title()
                + values.entrySet().stream()
                        .map(value -> " " + value.getKey() + "=" + number(value.getValue()))
                        .collect(Collectors.joining());
    }
}
