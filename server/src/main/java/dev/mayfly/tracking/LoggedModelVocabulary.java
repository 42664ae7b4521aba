package dev.mayfly.tracking;

import dev.mayfly.search.Field;
import dev.mayfly.search.Operator;
import dev.mayfly.search.Vocabulary;
import java.util.Map;

/** The words of a search for logged models, over {@code logged_model model}. */
final class LoggedModelVocabulary implements Vocabulary {

    private static final Map<String, Column> ATTRIBUTES = Map.ofEntries(
            text("model_id", "model.model_id"),
            text("name", "model.name"),
            text("model_name", "model.name"),
            text("status", "replace(model.status, 'LOGGED_MODEL_', '')"),
            text("model_type", "coalesce(model.model_type, '')"),
            text("source_run_id", "coalesce(model.source_run_id, '')"),
            text("artifact_uri", "model.artifact_uri"),
            time("creation_time", "model.creation_time"),
            time("creation_timestamp", "model.creation_time"),
            time("creation_timestamp_ms", "model.creation_time"),
            time("last_updated_timestamp", "model.update_time"),
            time("last_updated_timestamp_ms", "model.update_time"));

    private static Map.Entry<String, Column> text(String name, String column) {
        return Map.entry(name, new Column(column, Type.TEXT, Operator.OF_TEXTS));
    }

    private static Map.Entry<String, Column> time(String name, String column) {
        return Map.entry(name, new Column(column, Type.WHOLE, Operator.OF_NUMBERS));
    }

    @Override
    public Meaning meaning(Field field) {
        return switch (field.entity()) {
            case "metrics" ->
                new Keyed(
                        "logged_model_metric m where m.model_id = model.model_id",
                        "m.key",
                        field.key(),
                        "m.value",
                        false,
                        Type.NUMBER,
                        Operator.OF_NUMBERS);
            case "params" -> Vocabulary.text("logged_model_param t where t.model_id = model.model_id", field);
            case "tags" -> Vocabulary.text("logged_model_tag t where t.model_id = model.model_id", field);
            case "", "attributes" -> Vocabulary.attribute(ATTRIBUTES, field);
            default -> throw Vocabulary.unknownEntity(field, "metrics, params, tags or attributes");
        };
    }
}
