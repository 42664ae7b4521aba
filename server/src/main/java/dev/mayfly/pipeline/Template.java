package dev.mayfly.pipeline;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts with references such as <code>${parameters.days}</code>; <code>${data}</code> is the folder of the installation, for
 * parameters and input only;
 * <code>$${</code> stands for a plain <code>${</code>.
 */
public final class Template {

    /** Begins the names of secrets, whose values are known only where a job is started. */
    public static final String SECRET = "secret.";

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{\\s*([^}]*?)\\s*}");

    private Template() {}

    /** The names that a text refers to. */
    public static Set<String> references(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    /** Fills the references in. Throws {@link IllegalArgumentException} for a name without a value. */
    public static String fill(String text, Map<String, String> values) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(match.group(1) == null ? "${" : value(match.group(1), values)));
    }

    /** The values of parameters, as <code>parameters.NAME</code>; <code>${data}</code> in them is the folder of the installation. */
    public static Map<String, String> parameters(Map<String, String> parameters, String data) {
        Map<String, String> values = new LinkedHashMap<>();
        parameters.forEach((name, text) -> values.put("parameters." + name, fill(text, Map.of("data", data))));
        return values;
    }

    private static String value(String name, Map<String, String> values) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(unknown(name, values.keySet()));
        }
        return value;
    }

    static String unknown(String name, Collection<String> known) {
        return "reference ${" + name + "} (expected: one of " + String.join(", ", known) + ")";
    }
}
