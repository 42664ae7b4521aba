package dev.mayfly.task.spark;

import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.pipeline.Pipeline.PythonCode;
import dev.mayfly.pipeline.Pipeline.SparkWork;
import dev.mayfly.pipeline.Template;
import dev.mayfly.secret.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a job at a provider does with secrets. Thread-safe. */
record SecretUse(SparkWork work, Secrets secrets, ClusterProvider provider) {

    /** Why its references may not stand where they do; empty if all may. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        new TreeMap<>(work.environment()).forEach((name, text) -> reference(problems, "environment " + name, text));
        new TreeMap<>(work.secrets()).forEach((name, text) -> reference(problems, "secret " + name, text));
        for (int n = 0; n < work.arguments().size(); n++) {
            plain(problems, "argument " + (n + 1), work.arguments().get(n));
        }
        new TreeMap<>(work.properties()).forEach((name, text) -> plain(problems, "property " + name, text));
        if (provider.showsEnvironment() && !work.secrets().isEmpty()) {
            checkShown(problems);
        }
        return problems;
    }

    private void reference(List<String> problems, String place, String text) {
        if (!Template.references(text).isEmpty()) {
            return;
        }
        secrets.refusal(text).ifPresent(why -> problems.add(place + ": " + why));
        if (provider.showsEnvironment() && Secrets.isOfServer(text)) {
            problems.add(place + ": " + text + " (expected: no env: or file: on " + provider.name()
                    + ", where the job's properties would show the secret; the job itself reads lockbox:SECRET/KEY)");
        }
    }

    private static void plain(List<String> problems, String place, String text) {
        String value = text.substring(text.indexOf('=') + 1);
        if (value.startsWith("env:") || value.startsWith("lockbox:")) {
            problems.add(
                    place + ": " + value + " is followed in the environment alone (expected: ${secret.NAME}, and NAME: "
                            + value + " among the secrets of the pipeline)");
        }
    }

    /** A script is started by the module that follows references; nothing follows them for a jar or for Spark itself. */
    private void checkShown(List<String> problems) {
        if (!(work.code() instanceof PythonCode)) {
            problems.add("secrets in a job of a jar would be shown by " + provider.name()
                    + " (expected: lockbox:SECRET/KEY in its environment, which the job itself follows)");
        }
        work.properties()
                .forEach((name, text) -> Template.references(text).stream()
                        .filter(reference -> reference.startsWith(Template.SECRET))
                        .forEach(reference ->
                                problems.add("property " + name + ": ${" + reference + "} would be shown by "
                                        + provider.name() + " (expected: secrets in arguments and environment only)")));
    }

    /** What the references to secrets are filled with until the job is started, by reference. */
    Map<String, String> marks() {
        Map<String, String> marks = new LinkedHashMap<>();
        work.secrets().keySet().forEach(name -> marks.put(Template.SECRET + name, mark(name)));
        return marks;
    }

    private static String mark(String name) {
        return "{{mayfly." + Template.SECRET + name + "}}";
    }

    /**
     * What the marks stand for, see {@link ClusterProvider.JobSpec}.
     *
     * @throws IllegalArgumentException if a reference leads nowhere
     */
    Map<String, String> hidden() {
        Map<String, String> hidden = new LinkedHashMap<>();
        work.secrets()
                .forEach((name, text) -> hidden.put(
                        mark(name), provider.showsEnvironment() ? text : secrets.follow("secret " + name, text)));
        return hidden;
    }
}
