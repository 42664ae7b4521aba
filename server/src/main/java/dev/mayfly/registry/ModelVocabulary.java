package dev.mayfly.registry;

import dev.mayfly.search.Field;
import dev.mayfly.search.Operator;
import dev.mayfly.search.Vocabulary;
import java.util.Map;

/** The words of a search for models, over {@code registered_model model}, or for versions, over {@code model_version version}. */
final class ModelVocabulary implements Vocabulary {

    static final ModelVocabulary MODELS = new ModelVocabulary(
            Map.of(
                    "name", text("model.name"),
                    "timestamp", whole("model.update_time"),
                    "creation_timestamp", whole("model.creation_time"),
                    "last_updated_timestamp", whole("model.update_time")),
            "registered_model_tag t where t.name = model.name");

    static final ModelVocabulary VERSIONS = new ModelVocabulary(
            Map.of(
                    "name", text("version.name"),
                    "version_number", whole("version.version"),
                    "run_id", text("coalesce(version.run_id, '')"),
                    "source_path", text("version.source"),
                    "creation_timestamp", whole("version.creation_time"),
                    "last_updated_timestamp", whole("version.update_time")),
            "model_version_tag t where t.name = version.name and t.version = version.version");

    private final Map<String, Column> attributes;
    private final String tags;

    private ModelVocabulary(Map<String, Column> attributes, String tags) {
        this.attributes = attributes;
        this.tags = tags;
    }

    private static Column text(String sql) {
        return new Column(sql, Type.TEXT, Operator.OF_TEXTS);
    }

    private static Column whole(String sql) {
        return new Column(sql, Type.WHOLE, Operator.OF_NUMBERS);
    }

    @Override
    public Meaning meaning(Field field) {
        return switch (field.entity()) {
            case "tag", "tags" -> Vocabulary.text(tags, field);
            case "", "attribute", "attributes", "attr" -> Vocabulary.attribute(attributes, field);
            default -> throw Vocabulary.unknownEntity(field, "tags or attributes");
        };
    }
}
