package dev.mayfly.tracking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A filter and an order as SQL over {@code tracking_run run}. The first storey of MLflow's grammar: comparisons of metrics,
 * params, tags and attributes, joined by AND. Names and values only ever become bound values.
 */
final class RunFilter {

    private static final Pattern CONDITION = Pattern.compile(
            "\\s*(?:(?<entity>[A-Za-z]+)\\s*\\.\\s*)?(?:`(?<quoted>[^`]+)`|\"(?<dquoted>[^\"]+)\"|(?<key>[\\w.\\-/]+))"
                    + "\\s*(?<op>!=|>=|<=|=|>|<|(?i:LIKE|ILIKE)\\b)\\s*"
                    + "(?:'(?<text>[^']*)'|\"(?<dtext>[^\"]*)\"|(?<number>[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?))\\s*");
    private static final Pattern AND = Pattern.compile("\\G(?i:AND)\\s+");
    private static final Pattern ORDER = Pattern.compile(
            "\\s*(?:([A-Za-z]+)\\s*\\.\\s*)?(?:`([^`]+)`|\"([^\"]+)\"|([\\w.\\-/]+))(?:\\s+((?i)ASC|DESC))?\\s*");
    private static final Map<String, String> ATTRIBUTES = Map.of(
            "run_id", "run.run_id",
            "run_name", "run.name",
            "user_id", "run.user_id",
            "status", "run.status",
            "artifact_uri", "run.artifact_uri",
            "start_time", "run.start_time",
            "end_time", "run.end_time",
            "created", "run.start_time");

    private final List<String> conditions = new ArrayList<>();
    private final List<String> orders = new ArrayList<>();
    private final Map<String, Object> binds = new LinkedHashMap<>();

    RunFilter(String filter, List<String> orderBy) {
        if (!filter.isBlank()) {
            parse(filter);
        }
        orderBy.forEach(this::order);
    }

    String where() {
        return conditions.isEmpty() ? "" : " and " + String.join(" and ", conditions);
    }

    String orderBy() {
        List<String> all = new ArrayList<>(orders);
        all.add("run.start_time desc");
        all.add("run.run_id");
        return String.join(", ", all);
    }

    Map<String, Object> binds() {
        return binds;
    }

    private void parse(String filter) {
        Matcher matcher = CONDITION.matcher(filter);
        int at = 0;
        while (true) {
            matcher.region(at, filter.length());
            if (!matcher.lookingAt()) {
                throw Refused.invalid("Invalid filter '" + filter + "': no comparison at position " + (at + 1)
                        + " (expected: such as metrics.auc > 0.8 or tags.team = 'fraud')");
            }
            condition(filter, matcher);
            at = matcher.end();
            if (at == filter.length()) {
                return;
            }
            Matcher and = AND.matcher(filter);
            if (!and.find(at)) {
                throw Refused.invalid("Invalid filter '" + filter + "': position " + (at + 1) + " (expected: AND)");
            }
            at = and.end();
        }
    }

    private void condition(String filter, Matcher matcher) {
        String entity = matcher.group("entity") == null ? "attribute" : matcher.group("entity");
        String key = firstOf(matcher, "quoted", "dquoted", "key");
        String operator = matcher.group("op").toUpperCase(Locale.ROOT);
        String text = firstOf(matcher, "text", "dtext", "number");
        boolean number = matcher.group("number") != null;
        switch (entity.toLowerCase(Locale.ROOT)) {
            case "metric", "metrics" -> {
                if (!number || operator.endsWith("LIKE")) {
                    throw Refused.invalid("Invalid filter '" + filter + "': metrics are compared with numbers by"
                            + " =, !=, <, <=, >, >= (got " + operator + " " + text + ")");
                }
                conditions.add("exists (select 1 from latest_metric m where m.run_id = run.run_id and m.key = "
                        + bind(key) + " and m.value " + operator + " " + bind(Double.parseDouble(text)) + ")");
            }
            case "param", "params", "parameter", "parameters" -> exists("param", key, operator, text);
            case "tag", "tags" -> exists("run_tag", key, operator, text);
            case "attribute", "attributes", "attr", "run" -> attribute(filter, key, operator, text);
            default ->
                throw Refused.invalid(
                        "Invalid entity type '" + entity + "' (expected: metrics, params, tags or attributes)");
        }
    }

    private void exists(String table, String key, String operator, String text) {
        conditions.add("exists (select 1 from " + table + " t where t.run_id = run.run_id and t.key = " + bind(key)
                + " and t.value " + operator + " " + bind(text) + ")");
    }

    private void attribute(String filter, String key, String operator, String text) {
        String column = column(key);
        if (column.endsWith("_time")) {
            try {
                conditions.add(column + " " + operator + " " + bind(Long.parseLong(text)));
            } catch (NumberFormatException e) {
                throw Refused.invalid("Invalid filter '" + filter + "': " + key + " is compared with milliseconds");
            }
        } else {
            conditions.add(column + " " + operator + " " + bind(text));
        }
    }

    private void order(String text) {
        Matcher matcher = ORDER.matcher(text);
        if (!matcher.matches()) {
            throw Refused.invalid("Invalid order_by clause '" + text + "' (expected: such as metrics.auc DESC)");
        }
        String entity =
                matcher.group(1) == null ? "attribute" : matcher.group(1).toLowerCase(Locale.ROOT);
        String key = matcher.group(2) != null
                ? matcher.group(2)
                : matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
        String direction = "DESC".equalsIgnoreCase(matcher.group(5)) ? " desc" : " asc";
        String column = switch (entity) {
            case "metric", "metrics" -> value("latest_metric", key);
            case "param", "params", "parameter", "parameters" -> value("param", key);
            case "tag", "tags" -> value("run_tag", key);
            default -> column(key);
        };
        orders.add(column + direction + " nulls last");
    }

    private String value(String table, String key) {
        return "(select t.value from " + table + " t where t.run_id = run.run_id and t.key = " + bind(key) + ")";
    }

    private static String column(String key) {
        String column = ATTRIBUTES.get(key.toLowerCase(Locale.ROOT));
        if (column == null) {
            throw Refused.invalid("Invalid attribute key '" + key + "' (expected: one of "
                    + ATTRIBUTES.keySet().stream().sorted().toList() + ")");
        }
        return column;
    }

    private String bind(Object value) {
        String name = "f" + binds.size();
        binds.put(name, value);
        return ":" + name;
    }

    private static String firstOf(Matcher matcher, String... groups) {
        for (String group : groups) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        return "";
    }
}
