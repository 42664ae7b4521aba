package dev.mayfly.tracking;

import dev.mayfly.search.Field;
import dev.mayfly.search.FieldMapping;
import dev.mayfly.search.FieldMapping.Column;
import dev.mayfly.search.FieldMapping.Keyed;
import dev.mayfly.search.FieldMapping.Related;
import dev.mayfly.search.FieldMapping.Rows;
import dev.mayfly.search.FieldMapping.ValueType;
import dev.mayfly.search.Operator;
import dev.mayfly.search.SearchableFields;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The fields that a search for runs may name, over {@code tracking_run run}. */
final class RunFields implements SearchableFields {

    private static final Set<Operator> TIMES = EnumSet.of(
            Operator.EQUAL,
            Operator.NOT_EQUAL,
            Operator.LESS,
            Operator.AT_MOST,
            Operator.MORE,
            Operator.AT_LEAST,
            Operator.IS_NULL,
            Operator.IS_NOT_NULL);

    private static final Map<String, Column> ATTRIBUTES = Map.ofEntries(
            text("run_id", "run.run_id"),
            text("run_name", "run.name"),
            text("run name", "run.name"),
            text("user_id", "run.user_id"),
            text("status", "run.status"),
            text("artifact_uri", "run.artifact_uri"),
            whole("start_time", "run.start_time", Operator.OF_NUMBERS),
            whole("created", "run.start_time", Operator.OF_NUMBERS),
            whole("end_time", "run.end_time", TIMES));

    private static final Rows DATASETS =
            new Rows("run_input i join dataset d on d.id = i.dataset_id", "i.run_id = run.run_id");
    private static final Map<String, String> DATASET_COLUMNS =
            Map.of("name", "d.name", "digest", "d.digest", "context", "i.tags ->> 'mlflow.data.context'");

    private static Map.Entry<String, Column> text(String name, String column) {
        return Map.entry(name, new Column(column, ValueType.TEXT, Operator.OF_TEXTS));
    }

    private static Map.Entry<String, Column> whole(String name, String column, Set<Operator> operators) {
        return Map.entry(name, new Column(column, ValueType.WHOLE, operators));
    }

    @Override
    public String scopedName() {
        return "(select name from experiment where id = run.experiment_id)";
    }

    @Override
    public FieldMapping mapping(Field field) {
        return switch (field.entity()) {
            case "metric", "metrics" ->
                new Keyed(
                        new Rows("latest_metric m", "m.run_id = run.run_id"),
                        "m.key",
                        field.key(),
                        "m.value",
                        "",
                        ValueType.NUMBER,
                        Operator.OF_NUMBERS);
            case "param", "params", "parameter", "parameters" ->
                SearchableFields.text(new Rows("param t", "t.run_id = run.run_id"), field);
            case "tag", "tags" -> SearchableFields.text(new Rows("run_tag t", "t.run_id = run.run_id"), field);
            case "dataset", "datasets" -> {
                String column = DATASET_COLUMNS.get(field.key());
                if (column == null) {
                    throw SearchableFields.unknown(field, "one of [context, digest, name]");
                }
                yield new Related(DATASETS, column, ValueType.TEXT, Operator.OF_TEXTS);
            }
            case "", "attribute", "attributes", "attr", "run" -> SearchableFields.attribute(ATTRIBUTES, field);
            default -> throw SearchableFields.unknownEntity(field, "metrics, params, tags, datasets or attributes");
        };
    }
}
