package dev.mayfly.tracking;

import dev.mayfly.search.Field;
import dev.mayfly.search.Operator;
import dev.mayfly.search.Vocabulary;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The words of a search for runs, over {@code tracking_run run}. */
final class RunVocabulary implements Vocabulary {

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

    private static final String DATASETS =
            "run_input i join dataset d on d.id = i.dataset_id where i.run_id = run.run_id";
    private static final Map<String, String> DATASET_COLUMNS =
            Map.of("name", "d.name", "digest", "d.digest", "context", "i.tags ->> 'mlflow.data.context'");

    private static Map.Entry<String, Column> text(String name, String column) {
        return Map.entry(name, new Column(column, Type.TEXT, Operator.OF_TEXTS));
    }

    private static Map.Entry<String, Column> whole(String name, String column, Set<Operator> operators) {
        return Map.entry(name, new Column(column, Type.WHOLE, operators));
    }

    @Override
    public Meaning meaning(Field field) {
        return switch (field.entity()) {
            case "metric", "metrics" ->
                new Keyed(
                        "latest_metric m where m.run_id = run.run_id",
                        "m.key",
                        field.key(),
                        "m.value",
                        "",
                        Type.NUMBER,
                        Operator.OF_NUMBERS);
            case "param", "params", "parameter", "parameters" ->
                Vocabulary.text("param t where t.run_id = run.run_id", field);
            case "tag", "tags" -> Vocabulary.text("run_tag t where t.run_id = run.run_id", field);
            case "dataset", "datasets" -> {
                String column = DATASET_COLUMNS.get(field.key());
                if (column == null) {
                    throw Vocabulary.unknown(field, "one of [context, digest, name]");
                }
                yield new Related(DATASETS, column, Type.TEXT, Operator.OF_TEXTS);
            }
            case "", "attribute", "attributes", "attr", "run" -> Vocabulary.attribute(ATTRIBUTES, field);
            default -> throw Vocabulary.unknownEntity(field, "metrics, params, tags, datasets or attributes");
        };
    }
}
